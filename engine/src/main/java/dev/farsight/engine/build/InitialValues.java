package dev.farsight.engine.build;

import dev.farsight.engine.run.EqualDense;
import dev.farsight.api.model.Tape;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.config.Settings;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.Draw;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.checkpoint.ResumePoint;
import dev.farsight.engine.model.DenseInit;
import dev.farsight.engine.model.ModelDescription;
import dev.farsight.engine.model.OptimizerUpdates;
import dev.farsight.engine.model.SavedModel;
import dev.farsight.engine.progress.CountedWrites;
import dev.farsight.engine.progress.ProgressMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The values that training begins with: of a checkpoint, of a saved model ({@code model.load}), or
 * initial ones.
 */
final class InitialValues {

  private final RunSetup setup;
  private final Optional<SavedModel> model;
  private final boolean loadsState;

  /** Null if the run does not continue from a checkpoint. */
  private final ResumePoint resumed;

  private final InitialRows rows;

  /**
   * @param description the model of the run, which one that is loaded must be like
   * @param resumed null if the run does not continue from a checkpoint
   */
  InitialValues(RunSetup setup, Shapes shapes, ModelDescription description, ResumePoint resumed) {
    this.setup = setup;
    Settings settings = setup.farsight().section("model");
    model = resumed == null ? settings.optionalPath("load").map(SavedModel::new) : Optional.empty();
    loadsState = settings.bool("load-state");
    this.resumed = resumed;
    if (loadsState || !setup.data().trains()) {
      model.ifPresent(saved -> saved.requireSame(description));
    }
    InitialRows drawn = TableDraws.initialRows(setup.settings(), shapes);
    rows =
        resumed != null
            ? like(resumed.initial(), resumed.initial().draws(), shapes)
            : model
                .map(SavedModel::initial)
                .map(saved -> like(saved, drawsOf(saved, drawn), shapes))
                .orElse(drawn);
  }

  private static InitialRows like(InitialRows drawn, List<Draw> draws, Shapes shapes) {
    return new InitialRows(
        shapes.tables(), shapes.format(), draws, drawn.seed(), drawn.generation());
  }

  /**
   * A table of the model keeps its draw, so that rows that the model never wrote have the values
   * that they had there. Tables that the model does not have are drawn as the settings say.
   */
  private static List<Draw> drawsOf(InitialRows saved, InitialRows settings) {
    TableSet tables = settings.tables();
    var draws = new ArrayList<Draw>();
    for (int t = 0; t < tables.size(); t++) {
      int inModel = saved.tables().find(tables.get(t).name());
      draws.add(inModel >= 0 ? saved.draws().get(inModel) : settings.draws().get(t));
    }
    return draws;
  }

  /** The rows that were never written. Their seed is also that of the initial dense parameters. */
  InitialRows rows() {
    return rows;
  }

  /** How many updates the optimizer state has seen before the first step of the run. */
  OptimizerUpdates loadedUpdates() {
    return loadsState
        ? model.map(SavedModel::updates).orElse(OptimizerUpdates.NONE)
        : OptimizerUpdates.NONE;
  }

  /** Sets the dense parameters; writes rows if a model is loaded. */
  void load(List<DeviceParts> devices, Tape tape, RowStore store) {
    DenseState dense = EqualDense.of(devices.stream().map(d -> d.step().dense()).toList());
    if (resumed != null) {
      resumed.loadDense(dense);
    } else if (model.isPresent()) {
      var meter = ProgressMeter.begin(setup.events(), "loading the model", 0, "rows");
      var counted = new CountedWrites(store, meter);
      if (!setup.data().trains()) {
        model.get().loadToEvaluate(dense, counted, loadsState);
      } else if (loadsState) {
        model.get().load(dense, counted);
      } else {
        model.get().loadWeights(dense, counted);
      }
      meter.end();
    } else {
      DenseInit.fill(dense, tape.parameters(), rows.seed());
    }
  }
}
