package dev.farsight.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScaledStepTest {

  private static final Places PLACES = new Places(3, 2);

  /** 1,000 bytes a second of a link, no less through sockets, 4 ranks elsewhere at .1 s each. */
  private static final Network SLOW = new Network("slow", 1_000, 1_000, 0.1, 0.5);

  private static final HostStep STEADY = new HostStep("steady", 10, 0, 100);

  @Test
  void anExchangeTakesItsBytesItsMessagesAndALatency() {
    assertThat(SLOW.seconds(3_000, PLACES, 1)).isCloseTo(3 + 0.4 + 0.5, within(1e-9));
    assertThat(SLOW.seconds(3_000, PLACES, 2)).isCloseTo(3 + 0.8 + 1.0, within(1e-9));
  }

  @Test
  void socketsOfARankMayBeSlowerThanTheLink() {
    var network = new Network("fast link", 1_000, 100, 0, 0);

    assertThat(network.seconds(3_000, PLACES, 1)).isCloseTo(15, within(1e-9));
  }

  @Test
  void oneHostWaitsForNoNetwork() {
    assertThat(SLOW.seconds(0, new Places(1, 4), 2)).isZero();
  }

  @Test
  void stepsAddUp() {
    var traffic = new Traffic(0, 1_000, 2_000, 3_000, 4_000, PLACES);

    ScaledStep step = ScaledStep.of(STEADY, traffic, SLOW);

    assertThat(step.ids()).isCloseTo(1 + 1.8, within(1e-9));
    assertThat(step.rows()).isCloseTo(2 + 0.9, within(1e-9));
    assertThat(step.gradients()).isCloseTo(3 + 0.9, within(1e-9));
    assertThat(step.dense()).isCloseTo(4 + 1.8, within(1e-9));
    assertThat(step.link()).isCloseTo(10, within(1e-9));
    assertThat(step.copies()).isCloseTo(2 * 4_500 / 100.0, within(1e-9));
    assertThat(step.oneAfterTheOther()).isCloseTo(10 + 2.9 + 3.9 + 5.8 + 90, within(1e-9));
    assertThat(step.allAtOnce()).isCloseTo(2.9 + 3.9 + 5.8, within(1e-9));
  }

  @Test
  void theSlowestOfMoreRanksIsWaitedFor() {
    var unsteady = new HostStep("unsteady", 10, 0.1, 1e9);
    var nothing = new Traffic(0, 0, 0, 0, 0, PLACES);

    double expected =
        10 * Straggler.factor(0.1, PLACES.ranks()) / Straggler.factor(0.1, PLACES.ranksAHost());
    assertThat(ScaledStep.of(unsteady, nothing, SLOW).host()).isCloseTo(expected, within(1e-9));
    assertThat(expected).isGreaterThan(10);
  }

  @Test
  void everyPredictionIsBoundedAndMoreNetworkNeverHurts() {
    for (GpuHosts.Measured measured : GpuHosts.all()) {
      double before = 0;
      for (int hosts : new int[] {1, 8, 32, 128}) {
        Prediction slow = Prediction.of(measured, hosts, 25, Way.AS_BUILT, Inputs.ASSUMED);
        Prediction fast = Prediction.of(measured, hosts, 100, Way.AS_BUILT, Inputs.ASSUMED);

        assertThat(fast.slow()).as(measured.name()).isLessThanOrEqualTo(slow.slow());
        assertThat(slow.fast()).as(measured.name()).isLessThanOrEqualTo(slow.slow());
        assertThat(slow.slow()).as(measured.name()).isGreaterThanOrEqualTo(before);
        assertThat(slow.fast())
            .as(measured.name())
            .isGreaterThanOrEqualTo(slow.one().seconds() * (1 - 1e-9));
        before = slow.slow();
      }
    }
  }

  @Test
  void oneHostIsAsItWasMeasured() {
    for (GpuHosts.Measured measured : GpuHosts.all()) {
      Prediction one = Prediction.of(measured, 1, 25, Way.AS_BUILT, Inputs.ASSUMED);

      assertThat(one.millionSamplesPerSecond(one.slow()))
          .isCloseTo(measured.millionSamplesPerSecond(), within(1e-9));
    }
  }

  /** Half the cores that two ranks need: twice the time, and the ids on top. */
  @Test
  void ranksOfOneMachineShareItsCores() {
    var machine = new RanksOnOneMachine(1, 0.010, 0.010, 0);
    var training =
        RanksOnOneMachine.Training.dlrm(
            2_048, 16, new int[] {512, 256, 64}, new int[] {512, 256}, 1.05);

    var two = machine.ranks(training, 2, 1e12, 0);

    assertThat(two.stepSeconds()).isCloseTo(0.020, within(1e-5));
    assertThat(two.rowBytes()).isCloseTo(training.uniqueRows() / 2 * 64, within(1e-6));
    double moved = (two.idBytes() + 2 * two.rowBytes() + two.denseBytes()) / 1e8;
    assertThat(machine.ranks(training, 2, 1e8, 0).stepSeconds())
        .isCloseTo(0.020 + moved, within(1e-9));
  }
}
