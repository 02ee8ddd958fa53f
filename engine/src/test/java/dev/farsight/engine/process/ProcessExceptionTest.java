package dev.farsight.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.CollectiveException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessExceptionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "group processes: rank 1 (process 1) ended it: no room|1|process 1: no room",
        "group steps: rank 5 (gpu 1 of process 2) ended it: no room|2|process 2: no room",
        "group asks: rank 5 (gpu 1 of process 2) ended it: rank 5 (gpu 1 of process 2): no room|2|rank 5 (gpu 1 of process 2): no room",
        "group asks: rank 0 (gpu 0 of process 0) ended it: process 2: no room|2|process 2: no room",
        "group steps: rank 0 (cpu 0 of process 0) ended it: group asks: rank 1 (cpu 0 of process 1) ended it: no room|1|process 1: no room",
        "group processes: rank 0 (process 0) ended it: group steps: rank 1 (cpu 0 of process 1) is gone: its connection ended|1|rank 1 (cpu 0 of process 1) is gone: its connection ended",
        "group processes: rank 12 (process 12) is gone: its connection ended|12|process 12 is gone: its connection ended",
        "group steps: rank 1 (cpu 0 of process 1) ended it: bad: rank 7 (of process 9) ended it: x|1|process 1: bad: rank 7 (of process 9) ended it: x"
      })
  void namesProcessAndReasonOnce(String message, int process, String expected) {
    Throwable told = ProcessException.of(new CollectiveException(message, 0));
    assertThat(told)
        .isInstanceOfSatisfying(
            ProcessException.class, e -> assertThat(e.process()).isEqualTo(process))
        .hasMessage(expected);
    assertThat(told.getCause()).hasMessage(message);
  }

  @Test
  void leavesOwnFailuresAsTheyAre() {
    for (Throwable own :
        new Throwable[] {
          new FarsightException("the disk is gone"),
          new FarsightException("rank 1 (cpu 0 of process 1): the disk is gone"),
          new IllegalStateException(),
          new OutOfMemoryError("group steps: rank 1 (process 1) ended it: x")
        }) {
      assertThat(ProcessException.of(own)).isSameAs(own);
    }
  }

  /** A run of one process has groups too, whose ranks are of no process. */
  @Test
  void leavesRanksOfThisProcess() {
    var own = new CollectiveException("group steps: rank 1 (gpu 1) ended it: on fire", 1);
    assertThat(ProcessException.of(own)).isSameAs(own);
  }
}
