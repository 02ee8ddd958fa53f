package dev.farsight.engine.run;

import dev.farsight.api.compute.DenseState;
import dev.farsight.engine.event.ModelSaved;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.model.ModelDirectory;
import dev.farsight.engine.model.OptimizerUpdates;
import dev.farsight.engine.progress.CountedReads;
import dev.farsight.engine.progress.ProgressMeter;
import java.nio.file.Path;

/** Saves the models of a run, as {@code model.save} and {@code model.save-initial} say. */
public final class ModelSaving {

  private final Session session;
  private final RunListener events;
  private final Path model;
  private final Path initialModel;

  /** The dense parameters before training; null if they are not saved. */
  private final float[][] initialDense;

  /** Must be created before the first step: it remembers the initial dense parameters. */
  public ModelSaving(Session session, RunListener events, Path model, Path initialModel) {
    this.session = session;
    this.events = events;
    this.model = model;
    this.initialModel = initialModel;
    initialDense = session.settings().saveInitial() ? ModelDirectory.values(dense()) : null;
  }

  private DenseState dense() {
    return session.lane().step().dense();
  }

  /**
   * Saves the model as it is now, in place of one that was saved before. All rows are flushed.
   *
   * @param updates that the optimizer state has seen
   * @param step steps that the model was trained
   */
  public void save(OptimizerUpdates updates, long step) {
    if (initialDense != null) {
      events.phase("saving the initial model");
      new ModelDirectory(initialModel)
          .saveInitial(dense(), initialDense, session.store(), session.data()::saveFitted);
      events.modelSaved(new ModelSaved(initialModel, 0));
    }
    if (session.settings().saveModel()) {
      var meter =
          ProgressMeter.begin(events, "saving the model", session.store().rowsHeld(), "rows");
      new ModelDirectory(model)
          .save(
              dense(),
              new CountedReads(session.store(), meter),
              updates,
              session.data()::saveFitted);
      meter.end();
      events.modelSaved(new ModelSaved(model, step));
    }
  }
}
