package dev.farsight.bench;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.cache.RowSlots;
import dev.farsight.engine.model.DenseInit;
import dev.farsight.engine.plan.Deduper;
import dev.farsight.engine.plan.LookupOrder;
import dev.farsight.engine.plan.UniqueRows;
import java.util.Collections;
import java.util.List;

/**
 * Training steps of the CPU backend alone: 26 tables of 10,000 rows of 16 floats, all resident, one
 * batch of 2,048 samples again and again. No planner, no store.
 */
public final class ResidentStep implements AutoCloseable {

  public static final int BATCH = 2048;

  private static final int DIM = 16;
  private static final int TABLES = 26;
  private static final int ROWS = 10_000;

  /** What is trained: the whole model, or mostly one of its ops. */
  public enum Model {
    /** DLRM as the end-to-end benchmark has it. */
    DLRM {
      @Override
      Tensor logits(Tape tape) {
        Tensor x = layers(tape, "bottom", tape.dense(), List.of(512, 256, 64, DIM));
        Tensor z = layers(tape, "top", tape.pairwise(x, tape.embeddingBag()), List.of(512, 256));
        return tape.linear("last", z, 1, Op.Activation.NONE);
      }
    },
    /** Layers of 512 by 512. */
    LINEAR {
      @Override
      Tensor logits(Tape tape) {
        Tensor x = layers(tape, "layer", tape.dense(), List.of(512, 512, 512, 512));
        return tape.linear("last", x, 1, Op.Activation.NONE);
      }
    },
    /** Rows gathered, their gradients summed, the rows updated. */
    ROWS_ALONE {
      @Override
      Tensor logits(Tape tape) {
        return tape.linear("last", tape.concat(tape.embeddingBag()), 1, Op.Activation.NONE);
      }
    },
    /** Rows, and the dot products of all pairs. */
    INTERACTION {
      @Override
      Tensor logits(Tape tape) {
        Tensor x = layers(tape, "bottom", tape.dense(), List.of(DIM));
        Tensor z = tape.pairwise(x, tape.embeddingBag());
        return tape.linear("last", z, 1, Op.Activation.NONE);
      }
    };

    abstract Tensor logits(Tape tape);

    private static Tensor layers(Tape tape, String name, Tensor input, List<Integer> widths) {
      Tensor x = input;
      for (int i = 0; i < widths.size(); i++) {
        x = tape.linear(name + "." + i, x, widths.get(i), Op.Activation.RELU);
      }
      return x;
    }
  }

  private final Tape tape;
  private final ComputeBackend backend;
  private final SlotMemory slots;
  private final CompiledStep step;
  private final StepInput input;

  public ResidentStep(Model model, int threads) {
    try (var workload = new Workload(1);
        DataSource source = open(workload)) {
      var schema = source.schema();
      TableSet tables = schema.tables();
      tape = new Tape(schema, DIM);
      tape.finish(model.logits(tape));
      int maxRows = Deduper.maxUniqueRows(schema, BATCH);
      var format = RowFormat.of(DIM, 0);
      var own = workload.farsight().section("compute").section("nd4j-native");
      backend =
          workload
              .components()
              .computes()
              .get("nd4j-native")
              .open(new ComputeContext(own, threads));
      slots = backend.slots(format, Math.toIntExact(tables.rows()), maxRows, maxRows);
      var optimizer = OptimizerSpec.of(UpdateRule.sgd());
      step = backend.compile(tape, new StepSpec(schema, BATCH, maxRows, format, optimizer), slots);
      DenseInit.fill(step.dense(), tape.parameters(), 1);
      var buffers = backend.buffers();
      input = new StepInput(schema, BATCH, maxRows, buffers);
      var batch = new Batch(schema, BATCH, buffers);
      try (var pass = source.train(0)) {
        pass.next(batch);
      }
      order(batch);
      input.learningRates(1e-6f, 1e-6f);
    }
  }

  private static DataSource open(Workload workload) {
    var cardinalities = Collections.nCopies(TABLES, ROWS);
    var data = workload.farsight().section("data");
    var config =
        ConfigFactory.parseString(
                "synthetic { rows = " + BATCH + ", cardinalities = " + cardinalities + " }")
            .withFallback(data.config());
    var set = Settings.of(data.path(), config);
    return workload
        .components()
        .sources()
        .get("synthetic")
        .open(new DataContext(set, set.section("synthetic"), BATCH, 1, 1));
  }

  /** Row r is in slot r. */
  private void order(Batch batch) {
    try (var workers = new Workers("order", 1)) {
      var deduper = new Deduper(batch.schema(), BATCH, workers);
      UniqueRows unique = deduper.newRows();
      deduper.find(batch, RowRequest.Use.TRAIN, true, unique);
      long[] rows = unique.request().rows();
      RowSlots slots =
          (from, to, into) -> {
            for (int u = from; u < to; u++) {
              into.put(u, (int) rows[u]);
            }
          };
      new LookupOrder(batch.schema(), BATCH, step.ordersLookups(), workers)
          .write(batch, unique, slots, input);
    }
  }

  /** Trains on the batch once more. */
  public void train() {
    step.train(input).await();
  }

  /** Floating-point operations of a step's products with weights. */
  public double flops() {
    return BATCH
        * tape.ops().stream()
            .mapToDouble(
                op -> op instanceof Op.Linear l ? 6.0 * l.input().size() * l.output().size() : 0)
            .sum();
  }

  /** Bytes of the rows that a step looks up, once each lookup. */
  public double rowBytes() {
    return (double) BATCH * TABLES * DIM * Float.BYTES;
  }

  @Override
  public void close() {
    step.close();
    slots.close();
    backend.close();
  }
}
