package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.compute.jcuda.TraceFile.Bar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {

  private static final List<Bar> BARS =
      List.of(
          new Bar("device: lane", "top.0 forward", Stage.PRODUCTS, 7, 10, 30),
          new Bar("device: lane", "top.0 forward", Stage.PRODUCTS, 8, 110, 140.5),
          new Bar("a \"thread\"", "wait", null, 7, 5, 200),
          new Bar("device: rows in", "rows to the device", Stage.ROWS_IN, 8, 100, 108));

  @TempDir Path folder;

  @Test
  void stagesHaveTheirMeanTimeAStepAndThreadsAreNoStage() {
    var stages = new TraceFile(BARS, 2).stages();
    assertThat(stages).containsOnlyKeys(Stage.ROWS_IN.title(), Stage.PRODUCTS.title());
    assertThat(stages.get(Stage.PRODUCTS.title())).isEqualTo(25.25);
    assertThat(stages.get(Stage.ROWS_IN.title())).isEqualTo(4);
  }

  @Test
  void theFileHasABarForEachOnItsTrack() throws Exception {
    Path file = folder.resolve("new/trace.json");
    new TraceFile(BARS, 2).write(file);
    Config json = ConfigFactory.parseString(Files.readString(file));
    List<? extends Config> events = json.getConfigList("traceEvents");
    var tracks =
        events.stream()
            .filter(event -> event.getString("ph").equals("M"))
            .map(event -> event.getString("args.name"))
            .toList();
    assertThat(tracks).containsExactly("a \"thread\"", "device: lane", "device: rows in");
    var last = events.get(events.size() - 1);
    assertThat(last.getInt("tid")).isEqualTo(2);
    assertThat(last.getDouble("ts")).isEqualTo(100);
    assertThat(last.getDouble("dur")).isEqualTo(8);
    assertThat(last.getInt("args.step")).isEqualTo(8);
    assertThat(
            json.getConfig("otherData")
                .root()
                .toConfig()
                .getDouble("\"microseconds a step\".\"matrix products\""))
        .isEqualTo(25.3);
  }

  @Test
  void eachDeviceHasAFileOfItsOwn() {
    Path file = folder.resolve("a.b/steps.json");
    assertThat(TraceFile.ofDevice(file, 0)).isEqualTo(file);
    assertThat(TraceFile.ofDevice(file, 1)).isEqualTo(folder.resolve("a.b/steps-1.json"));
    assertThat(TraceFile.ofDevice(folder.resolve("a.b/steps"), 12))
        .isEqualTo(folder.resolve("a.b/steps-12"));
    assertThat(TraceFile.ofDevice(Path.of(".steps"), 1)).isEqualTo(Path.of(".steps-1"));
  }

  @Test
  void aFileThatCannotBeWrittenIsNamed() throws Exception {
    Path file = Files.createFile(folder.resolve("file")).resolve("below.json");
    assertThatThrownBy(() -> new TraceFile(BARS, 2).write(file))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("compute.jcuda.timeline.file")
        .hasMessageContaining(file.toString());
  }
}
