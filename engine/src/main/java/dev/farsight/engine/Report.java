package dev.farsight.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.engine.metrics.Quality;
import java.util.Map;

/** The report of a run, as in {@code report.json}. Immutable. */
public final class Report {

  private final Config json;
  private final Quality quality;
  private final boolean stopped;

  Report(Map<String, Object> json, Quality quality, boolean stopped) {
    this.json = ConfigFactory.parseMap(json);
    this.quality = quality;
    this.stopped = stopped;
  }

  /**
   * The report as a tree: {@code throughput.samples_per_second}, {@code quality.auroc} and so on.
   */
  public Config json() {
    return json;
  }

  /** The result of the last evaluation; null if there was none. */
  public Quality quality() {
    return quality;
  }

  /** Whether the run was stopped before its end. */
  public boolean stopped() {
    return stopped;
  }

  public String toJson() {
    return json.root().render(ConfigRenderOptions.concise().setFormatted(true));
  }
}
