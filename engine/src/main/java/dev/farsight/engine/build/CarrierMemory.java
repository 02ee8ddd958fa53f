package dev.farsight.engine.build;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.plan.AskExchange;
import dev.farsight.engine.plan.BagOrder;
import dev.farsight.engine.plan.Deduper;
import dev.farsight.engine.plan.LookupOrder;
import dev.farsight.engine.plan.OwnedRows;
import dev.farsight.engine.plan.UniqueRows;
import dev.farsight.engine.settings.EngineSettings;

/** The memory of the carriers of batches and plans, and of what fills them. */
final class CarrierMemory {

  private final EngineSettings settings;
  private final Shapes shapes;
  private final BatchSchema schema;

  CarrierMemory(EngineSettings settings, Shapes shapes) {
    this.settings = settings;
    this.shapes = shapes;
    schema = shapes.step().schema();
  }

  /** Of one rank. */
  MemoryForecast forecast(RankShape rank) {
    int batches = settings.batchesInUse();
    int inputs = settings.plansInUse();
    // One more, with which rows are moved while nothing runs.
    int plans = inputs + 1;
    int batchSize = shapes.step().batchSize();
    int maxUnique = shapes.step().maxUniqueRows();
    int groups = shapes.groups().count();
    ExchangeShape exchange = shapes.step().exchange();
    long buffers =
        batches * Batch.bufferBytes(schema, batchSize)
            + inputs * StepInput.bufferBytes(schema, batchSize, maxUnique)
            + plans * RowMoves.bufferBytes(rank.maxMoves());
    long ahead =
        batches
            * (Batch.heapBytes(schema, batchSize)
                + UniqueRows.heapBytes(schema, batchSize, maxUnique, groups));
    long search =
        Deduper.heapBytes(schema, batchSize, groups)
            + LookupOrder.heapBytes(schema, batchSize, maxUnique, settings.plannerThreads());
    if (exchange != null) {
      buffers += inputs * RowExchange.bufferBytes(exchange, schema, batchSize);
      search += BagOrder.heapBytes(exchange);
      ahead += batches * OwnedRows.heapBytes(exchange, rank.regionCount());
    }
    if (settings.processes() > 1) {
      long asked = (long) exchange.maxSentRows() + exchange.maxGatheredRows();
      buffers += AskExchange.bufferBytes(maxUnique, asked);
      ahead += AskExchange.heapBytes(asked);
    }
    return MemoryForecast.of(Tier.HOST, "buffers of batches and plans", buffers)
        .plus(MemoryForecast.of(Tier.HEAP, "batches read ahead", ahead))
        .plus(
            MemoryForecast.of(
                Tier.HEAP,
                "plans",
                plans * CachePlan.heapBytes(rank.maxRows(), rank.maxMoves(), rank.regions())))
        .plus(MemoryForecast.of(Tier.HEAP, "search for unique rows", search));
  }
}
