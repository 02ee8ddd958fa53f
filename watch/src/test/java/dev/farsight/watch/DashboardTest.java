package dev.farsight.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.event.ModelSaved;
import dev.farsight.engine.event.RunListener;
import dev.farsight.testkit.Dashboard;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard of the documentation asks for metrics that a watched run has. */
class DashboardTest {

  @TempDir private Path folder;

  @Test
  void everyMetricOfTheDashboardIsDelivered() {
    var dashboard = new Dashboard(Path.of("..", "docs"), "farsight-run.json");
    assertThat(dashboard.metrics()).hasSizeGreaterThan(15);
    var url = new AtomicReference<String>();
    var text = new AtomicReference<String>();
    var own =
        new RunListener() {
          @Override
          public void modelSaved(ModelSaved model) {
            text.set(Metrics.whole(url.get(), "text/plain"));
          }
        };
    WatchedRun.train(
        folder.resolve("run"),
        OptionalInt.of(0),
        own,
        watching -> url.set(watching.url().orElseThrow()),
        "checkpoint.every=50 steps",
        "compute.nd4j-native.devices=2");
    assertThat(dashboard.missingIn(text.get())).isEmpty();
  }
}
