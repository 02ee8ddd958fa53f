package dev.farsight.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The time line of a run: every stage is there, and timing changes no bit. */
class GpuTimelineTest {

  @TempDir Path folder;

  @Test
  void everyStageHasItsTime() throws IOException {
    Path file = folder.resolve("trace/steps.json");
    GpuRun plain = GpuRun.small(folder).set("cache.policy=lru");
    GpuRun timed =
        plain.set(
            "compute.jcuda.timeline.file=\"" + file + '"',
            "compute.jcuda.timeline.from=30",
            "compute.jcuda.timeline.steps=5");
    String expected = plain.train().report().getString("loss_sha256");
    assertThat(timed.train().report().getString("loss_sha256")).isEqualTo(expected);

    Config trace = ConfigFactory.parseString(Files.readString(file));
    var stages = trace.getConfig("otherData").root().get("microseconds a step").render();
    for (String stage :
        List.of(
            "batch to the device",
            "order of lookups",
            "rows to the device",
            "evict rows",
            "insert rows",
            "rows to the host",
            "matrix products",
            "gather and interaction",
            "loss",
            "gradients and update of rows",
            "update of dense parameters")) {
      assertThat(stages).contains('"' + stage + '"');
    }
    assertThat(trace.getConfigList("traceEvents").stream().map(event -> event.getString("name")))
        .contains("find unique rows", "plan", "order lookups", "fetch rows", "write rows back");
    var steps =
        trace.getConfigList("traceEvents").stream()
            .filter(event -> event.getString("ph").equals("X"))
            .filter(event -> event.getString("cat").equals("matrix products"))
            .map(event -> event.getInt("args.step"))
            .distinct()
            .toList();
    assertThat(steps).containsExactlyInAnyOrder(30, 31, 32, 33, 34);
    for (Config event : trace.getConfigList("traceEvents")) {
      if (event.getString("ph").equals("X") && !event.getString("cat").equals("host")) {
        assertThat(event.getDouble("dur")).as("%s", event).isBetween(0., 1e6);
      }
    }
  }
}
