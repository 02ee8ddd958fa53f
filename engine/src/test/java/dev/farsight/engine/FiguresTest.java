package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.event.RunFigures;
import dev.farsight.engine.event.RunListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run tells of itself while it goes on. */
class FiguresTest {

  private static final Set<String> STAGES =
      Set.of("reader", "search", "dedupe", "planner", "order", "fetch", "lane", "write-back");

  @TempDir private Path folder;

  private TestRun run() {
    return new TestRun(folder).set("cache.size=400 rows");
  }

  @Test
  void theLastFiguresAreThoseOfTheReport() {
    List<RunFigures> all = new ArrayList<>();
    var listener =
        new RunListener() {
          @Override
          public boolean wantsFigures() {
            return true;
          }

          @Override
          public void figures(RunFigures figures) {
            all.add(figures);
          }
        };
    Report report;
    try (Trainer trainer = run().open(listener)) {
      report = trainer.train();
    }
    RunFigures last = all.get(all.size() - 1);
    var json = report.json();
    assertThat(last.step()).isEqualTo(report.steps());
    assertThat(last.samples()).isEqualTo(report.trainSamples());
    assertThat(last.cache().uniqueHits()).isEqualTo(json.getLong("cache.unique_hits"));
    assertThat(last.cache().loadedRows()).isEqualTo(json.getLong("cache.loaded_rows"));
    assertThat(last.cache().writtenBackRows()).isEqualTo(json.getLong("cache.written_back_rows"));
    assertThat(last.cache().rowBytes()).isEqualTo(json.getLong("cache.row_bytes"));
    last.stageSeconds()
        .forEach(
            (stage, seconds) ->
                assertThat(seconds).isEqualTo(json.getDouble("throughput.stages." + stage)));
    assertThat(last.stageSeconds()).hasSize(7);
    for (RunFigures.Table table : last.tables()) {
      assertThat(table.hits()).isEqualTo(json.getLong("cache.tables." + table.name() + ".hits"));
    }
    assertThat(last.tables()).hasSize(5);
    // Fewer rows than are counted by a sample: each that was looked up was loaded first.
    assertThat(last.rowBound().firstLoads()).isBetween(1_000L, 3L + 50 + 400 + 2000 + 9000);
    assertThat(last.rowBound().limit()).isGreaterThan(last.rowBound().hitRatio()).isLessThan(1);
  }

  /** Each stage is recorded once for each batch, with the time that the report gives it. */
  @Test
  void flightRecorderHasAnEventForEachStageOfEachBatch() throws Exception {
    Path file = folder.resolve("run.jfr");
    Report report;
    try (var recording = new Recording()) {
      recording.enable("farsight.Stage");
      recording.start();
      report = run().set("data.eval-fraction=0").train();
      recording.stop();
      recording.dump(file);
    }
    Map<String, List<RecordedEvent>> byStage =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().equals("farsight.Stage"))
            .collect(Collectors.groupingBy(event -> event.getString("stage")));
    assertThat(byStage.keySet()).isEqualTo(STAGES);
    assertThat(byStage.get("lane").stream().map(event -> event.getLong("batch")).distinct())
        .hasSize((int) report.steps());
    byStage.forEach(
        (stage, events) ->
            assertThat(events.size())
                .as(stage)
                // Reading looks once for a batch that is not there.
                .isBetween((int) report.steps(), (int) report.steps() + 1));
    Duration planned =
        byStage.get("planner").stream()
            .map(RecordedEvent::getDuration)
            .reduce(Duration.ZERO, Duration::plus);
    assertThat(planned).isPositive().isLessThan(Duration.ofMinutes(10));
  }
}
