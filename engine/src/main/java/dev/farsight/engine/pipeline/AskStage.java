package dev.farsight.engine.pipeline;

import dev.farsight.engine.plan.AskExchange;
import dev.farsight.engine.plan.AskedRows;
import java.util.List;

/**
 * Tells ranks of other processes which rows a rank's samples look up, and is told the same by them.
 * Only with several processes. Needs room from the merge: memory for {@value AskExchange#BATCHES}
 * batches.
 */
final class AskStage extends Stage {

  private final Carriers carriers;
  private final AskExchange exchange;
  private final AskExchange.Received[] received = new AskExchange.Received[AskExchange.BATCHES];
  private final AskedRows asked = new AskedRows();
  private final Agreement agreement;
  private final int laneIndex;

  AskStage(List<LaneParts> lanes, int laneIndex, Agreement agreement) {
    super(lanes, laneIndex, "ask", "exchange row ids");
    this.carriers = lanes.get(laneIndex).carriers();
    this.exchange = lanes.get(laneIndex).asks();
    this.agreement = agreement;
    this.laneIndex = laneIndex;
    for (int b = 0; b < AskExchange.BATCHES; b++) {
      received[b] = exchange.newReceived();
    }
  }

  /** What the ranks of other processes ask of this one in a batch. */
  AskExchange.Received received(long n) {
    return received[(int) (n % AskExchange.BATCHES)];
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.lane(laneIndex).ask();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    return state.lane(laneIndex).dedupe().await(n + 1);
  }

  @Override
  boolean awaitRoom(PhaseState state, long n) {
    return state.lane(laneIndex).merge().await(n - AskExchange.BATCHES + 1);
  }

  @Override
  Outcome run(PhaseState state, long n) {
    long wish = agreement.wish(n);
    asked.of(carriers.uniqueRows(n), carriers.batch(n));
    exchange.exchange(asked, wish, received(n));
    if (laneIndex == 0) {
      agreement.decide(n, wish | received(n).signal(), state);
    }
    return Outcome.DONE;
  }
}
