package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LimitSummaryTest {

  private static final String GPU = "devices = [{ gpu = \"NVIDIA H100\" }]";
  private static final String CPU = "devices = [{ gpu = null }]";

  /** Seconds of ten that reading, planning, write-back and computing worked, and of CPU time. */
  private static Optional<String> limit(
      double read, double plan, double writeBack, double compute, double cpu, String more) {
    String report =
        """
        { throughput {
            train_seconds = 10
            stages { read = %s, plan = %s, write_back = %s, compute = %s }
            cpu_seconds { plan = %s, other = 1 } }
          host.cores = 8
          %s }
        """
            .formatted(read, plan, writeBack, compute, cpu - 1, more);
    return LimitSummary.of(new ReportFigures(ConfigFactory.parseString(report)));
  }

  @Test
  void tellsTheStageThatIsAlwaysAtWork() {
    assertThat(limit(3, 9.34, 1, .5, 51, GPU))
        .contains(
            "the host's planning limits this run: at work 93 % of the time, 5.1 of 8 cores busy;"
                + " more cache.regions and lookahead.threads may help");
    assertThat(limit(9.5, 8.5, 9, .5, 51, GPU)).get().asString().contains("the host's reading");
    assertThat(limit(1, 1, 1, 9.9, 15, CPU))
        .contains("computing limits this run: at work 99 % of the time, 1.5 of 8 cores busy");
  }

  @Test
  void doesNotAdviseMoreThreadsWhereNoCoreIsFree() {
    assertThat(limit(3, 9.34, 1, .5, 79, GPU))
        .contains(
            "the host's planning limits this run: at work 93 % of the time, 7.9 of 8 cores busy; as"
                + " no core is free for more threads, a larger cache.size or model.row-precision ="
                + " bf16 may help");
  }

  /** Planning waits for room in the rings, and counts that as work. */
  @Test
  void aStageThatPlanningWaitsForComesFirst() {
    assertThat(limit(1, 9.9, 9, .5, 30, GPU)).get().asString().contains("writing back of rows");
  }

  /** Without CPU time it was not at work. */
  @Test
  void planningThatWaitsLimitsNothing() {
    assertThat(limit(1, 9.9, 2, .5, 7, CPU)).isEmpty();
    assertThat(limit(1, 9.9, 2, .5, 7, GPU))
        .get()
        .asString()
        .startsWith("the GPU limits this run: no stage of the host was at work more than 60 %");
  }

  @Test
  void tellsThatTheCoresOrTheGpuLimit() {
    assertThat(limit(7, 7, 7, 1, 76, GPU))
        .contains("the cores of the host limit this run: 7.6 of 8 cores busy");
    assertThat(limit(1, 6.1, 2, 1, 20, GPU))
        .contains(
            "the GPU limits this run: no stage of the host was at work more than 61 % of the time,"
                + " 2.0 of 8 cores busy");
  }

  @Test
  void saysNothingThatItDoesNotKnow() {
    assertThat(limit(1, 6.1, 2, 1, 20, CPU)).isEmpty();
    String processes = ", processes = [{ host = a }, { host = b }]";
    assertThat(limit(7, 7, 7, 1, 76, CPU + processes)).isEmpty();
    assertThat(limit(9, 7, 7, 1, 76, CPU + processes)).get().asString().doesNotContain("cores");
    var quick = "{ throughput { train_seconds = 1, stages { read = 1 } } }";
    assertThat(LimitSummary.of(new ReportFigures(ConfigFactory.parseString(quick)))).isEmpty();
    assertThat(LimitSummary.of(new ReportFigures(ConfigFactory.empty()))).isEmpty();
  }
}
