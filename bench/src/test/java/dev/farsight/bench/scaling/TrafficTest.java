package dev.farsight.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TrafficTest {

  /** 10 rows that a batch of 1,000 samples looks up with certainty, 4 weights each. */
  private static final Workload SMALL =
      new Workload("small", Workload.Tables.oneHot(6, 4), 1_000, 4, 900, 0);

  @Test
  void bytesOfThreeHostsOfTwoRanks() {
    Traffic traffic = Traffic.of(SMALL, new Places(3, 2), Way.AS_BUILT);

    assertThat(traffic.uniqueRows()).isCloseTo(10, within(1e-9));
    // Two ranks look up 10 rows, two thirds of which are elsewhere.
    double rows = 2 * 10 * 2 / 3.0;
    assertThat(traffic.rows()).isCloseTo(rows * 16, within(1e-6));
    assertThat(traffic.gradients()).isCloseTo(rows * 16, within(1e-6));
    // An id and a count each, and a header of 8 longs from 2 ranks to 4.
    assertThat(traffic.ids()).isCloseTo(rows * 8 + 2 * 4 * 64, within(1e-6));
    // A rank sends a piece of 150 floats to each of 4 ranks, and its own sum to them: twice 600 x
    // 4.
    assertThat(traffic.dense()).isCloseTo(2 * 2 * 4 * 150 * 4, within(1e-6));
  }

  @Test
  void oneHostSendsNothing() {
    assertThat(Traffic.of(SMALL, new Places(1, 4), Way.AS_BUILT).all()).isZero();
    assertThat(Traffic.of(SMALL, new Places(1, 4), Way.REPLICATED).all()).isZero();
  }

  @Test
  void onceAHostSavesWhatItsRanksHaveInCommon() {
    Traffic traffic = Traffic.of(SMALL, new Places(3, 2), Way.ONCE_A_HOST);

    assertThat(traffic.rows()).isCloseTo(10 * 2 / 3.0 * 16, within(1e-6));
    // As of one rank a host.
    assertThat(traffic.dense())
        .isCloseTo(Traffic.of(SMALL, new Places(3, 1), Way.AS_BUILT).dense(), within(1e-6));
  }

  @Test
  void weightsOf16BitsHalveOnlyTheWayForward() {
    Traffic whole = Traffic.of(SMALL, new Places(3, 2), Way.AS_BUILT);
    Traffic half = Traffic.of(SMALL, new Places(3, 2), Way.HALF);

    assertThat(half.rows()).isCloseTo(whole.rows() / 2, within(1e-9));
    assertThat(half.gradients()).isEqualTo(whole.gradients());
  }

  /** As decision 52 has it: with many ranks replicating hot rows costs more than it saves. */
  @Test
  void replicatedRowsGoToEveryRank() {
    var way = new Way("one of each", true, 4, false, 1);
    Traffic traffic = Traffic.of(SMALL, new Places(3, 2), way);

    double rows = 2 * 8 * 2 / 3.0;
    assertThat(traffic.rows()).isCloseTo(rows * 16, within(1e-6));
    assertThat(traffic.gradients()).isCloseTo((rows + 2 * 2 * 4) * 16, within(1e-6));
    assertThat(traffic.all())
        .isGreaterThan(Traffic.of(SMALL, new Places(3, 2), Way.AS_BUILT).all());
  }

  @Test
  void moreHostsSendMoreButNeverAllRows() {
    double before = 0;
    for (int hosts : new int[] {2, 8, 32, 128}) {
      Traffic traffic = Traffic.of(SMALL, new Places(hosts, 4), Way.AS_BUILT);
      assertThat(traffic.rows()).isGreaterThan(before).isLessThan(4 * 10 * 16.0);
      before = traffic.rows();
    }
  }

  @Test
  void bagsLookUpMoreRows() {
    var one = new Workload("one", Workload.Tables.kaggle(), 2_048, 16, 1, 1.05);
    var mlperf = new Workload("bags", Workload.Tables.mlperf(), 2_048, 16, 1, 1.05);

    assertThat(mlperf.uniqueRows(2_048)).isGreaterThan(2 * one.uniqueRows(2_048));
    assertThat(one.hotRows(10)).isLessThanOrEqualTo(26 * 10).isGreaterThan(100);
  }

  /** Decision 52 counted about 78,500 unique rows in batches of Kaggle's tables. */
  @Test
  void kagglesTablesAreLookedUpAsDecision52Counted() {
    var kaggle = new Workload("Kaggle", Workload.Tables.kaggle(), 16_384, 128, 1, 1.05);

    assertThat(kaggle.uniqueRows(16_384)).isCloseTo(78_500, within(800.0));
  }

  /** 13 to 2 to 2; 2 and the product of 2 pairs of 2 vectors, 3, to 5 to 1. */
  @Test
  void parametersOfADlrm() {
    assertThat(Workload.dlrmParameters(1, 2, new int[] {2}, new int[] {5}))
        .isEqualTo((13 * 2 + 2) + (2 * 2 + 2) + (3 * 5 + 5) + (5 + 1));
  }
}
