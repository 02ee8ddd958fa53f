package dev.farsight.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.process.ProcessException;
import dev.farsight.reading.BadRowException;
import dev.farsight.spark.train.Verdict.Kind;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {

  private static FarsightException other(String message) {
    return (FarsightException) ProcessException.of(new FarsightException(message));
  }

  private static Verdict all(Verdict... verdicts) {
    return Verdict.ofAll(List.of(verdicts).stream().map(Verdict::encode).toList());
  }

  @Test
  void dataAndSettingsEndTheRun() {
    var row = new FarsightException("a.csv:7: what?", new BadRowException("what?"));
    assertThat(Verdict.of(2, row, false))
        .isEqualTo(new Verdict(Kind.FINAL, "process 2: a.csv:7: what?"));
    assertThat(Verdict.of(2, new ConfigException("no"), true).kind().endsRun()).isTrue();
    assertThat(Verdict.of(2, new FarsightException("no memory"), true).kind().endsRun()).isFalse();
  }

  /** Later it may be a disk that is gone. */
  @Test
  void aMissingFileEndsTheRunAtTheBeginning() {
    var missing = new FarsightException("/a: is missing", new NoSuchFileException("/a"));
    assertThat(Verdict.of(0, missing, true).kind().endsRun()).isTrue();
    assertThat(Verdict.of(0, missing, false).kind().endsRun()).isFalse();
  }

  @Test
  void theReasonCountsNotWhoPassedItOn() {
    var told = other("group steps: rank 1 (cpu 0 of process 1) ended it: a.csv:7: what?");
    var row = new FarsightException("a.csv:7: what?", new BadRowException("what?"));
    assertThat(all(Verdict.of(0, told, false), Verdict.of(1, row, false), Verdict.FINE))
        .isEqualTo(new Verdict(Kind.FINAL, "process 1: a.csv:7: what?"));
    assertThat(all(Verdict.FINE, Verdict.FINE)).isEqualTo(Verdict.FINE);
  }

  /** Of a port that cannot be reached, both ends have something to say. */
  @Test
  void severalThatFailedAreToldTogether() {
    var caller =
        new FarsightException(
            "group processes: rank 2 (process 2): cannot reach rank 1 (process 1) at '10.0.0.7:4711': timed out");
    var called = new FarsightException("group processes: rank 2 (process 2) did not come in time");
    assertThat(all(Verdict.FINE, Verdict.of(1, called, true), Verdict.of(2, caller, true)).reason())
        .isEqualTo(
            "rank 2 (process 2) did not come in time; rank 2 (process 2): cannot reach rank 1 (process 1) at '10.0.0.7:4711': timed out");
  }

  @Test
  void oneThatIsGoneIsNotAsked() {
    assertThat(
            List.of(
                other("group steps: rank 1 (cpu 0 of process 1) is gone: its connection ended"),
                other("group steps: rank 1 (cpu 0 of process 1) has shown no sign of life for 8 s"),
                other(
                    "group steps: rank 0 (cpu 0 of process 0) ended it: rank 1 (cpu 0 of process 1) has shown no sign of life for 8 s"),
                other(
                    "group processes: rank 0 (process 0) ended it: process 1 is gone: its connection ended"),
                other(
                    "group checkpoints: rank 0 (process 0) ended it: the checkpoint failed: group checkpoints: rank 1 (process 1) has shown no sign of life for 5 s"),
                new FarsightException(
                    "the checkpoint failed",
                    new FarsightException(
                        "group checkpoints: rank 1 (process 1) is gone: its connection ended"))))
        .allMatch(Verdict::isLoss);
    assertThat(
            List.of(
                other("group steps: rank 1 (cpu 0 of process 1) ended it: on fire"),
                other("group steps: rank 0 (cpu 0 of process 0) ended it: process 1: on fire"),
                other(
                    "group steps: rank 0 (cpu 0 of process 0) ended it: rank 1 (cpu 0 of process 1): on fire"),
                new FarsightException("on fire")))
        .noneMatch(Verdict::isLoss);
  }
}
