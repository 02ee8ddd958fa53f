package dev.farsight.bench.ablation;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.bench.trace.Trace;
import dev.farsight.bench.trace.TracePass;
import dev.farsight.bench.trace.TracePhase;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.plugin.Components;

/**
 * The lookups of a cell's training, read from its data instead of from a recording. Evaluations in
 * between are left out: they only take slots from training, so a bound without them is a bound.
 */
final class CellTrace implements Trace {

  private final String name;
  private final Settings farsight;
  private final Components components;
  private final BatchSchema schema;
  private final long epochs;
  private final long maxSteps;

  CellTrace(Cell cell, Components components) {
    name = cell.id();
    farsight = Settings.of("farsight", cell.config());
    this.components = components;
    try (DataSource source = DataView.open(farsight, components)) {
      schema = source.schema();
    }
    Settings train = farsight.section("train");
    epochs = train.integer("epochs", 1, Integer.MAX_VALUE);
    long most = train.longInteger("max-steps", 0, Long.MAX_VALUE);
    maxSteps = most == 0 ? Long.MAX_VALUE : most;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int batchSize() {
    return farsight.section("data").integer("batch-size", 1, 1 << 24);
  }

  @Override
  public int rowBytes() {
    return 0;
  }

  /** As the data has them: a source fills dense features and labels too. */
  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public TracePass open(int batchSize) {
    return new Pass(DataView.open(farsight, components));
  }

  /** All epochs, a phase each, up to the last step. */
  private final class Pass implements TracePass {

    private final DataSource source;
    private BatchSource epoch;
    private TracePhase phase;
    private int next;
    private long steps;

    Pass(DataSource source) {
      this.source = source;
    }

    @Override
    public boolean next(Batch into) {
      while (steps < maxSteps) {
        if (epoch == null) {
          if (next == epochs) {
            return false;
          }
          epoch = source.train(next);
          phase = new TracePhase(next, next, RowRequest.Use.TRAIN, true);
          next++;
        }
        if (epoch.next(into)) {
          steps++;
          return true;
        }
        epoch.close();
        epoch = null;
      }
      return false;
    }

    @Override
    public TracePhase phase() {
      return phase;
    }

    @Override
    public void close() {
      if (epoch != null) {
        epoch.close();
      }
      source.close();
    }
  }
}
