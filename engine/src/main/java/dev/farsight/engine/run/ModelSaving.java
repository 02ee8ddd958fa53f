package dev.farsight.engine.run;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.store.RowReader;
import dev.farsight.engine.event.ModelSaved;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.model.ModelDirectory;
import dev.farsight.engine.model.ModelFacts;
import dev.farsight.engine.progress.CountedReads;
import dev.farsight.engine.progress.ProgressMeter;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Saves the models of a run, as {@code model.save} and {@code model.save-initial} say. */
public final class ModelSaving {

  private static final Logger LOG = LoggerFactory.getLogger(ModelSaving.class);

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
    return session.dense();
  }

  /**
   * Saves the model as it is now, in place of one that was saved before. All rows are flushed.
   *
   * @param trained how far it has been trained
   */
  public void save(Trained trained) {
    if (initialDense != null || session.settings().saveModel()) {
      new WholeModel(session).with(rows -> save(rows, trained));
    }
  }

  private void save(RowReader rows, Trained trained) {
    var facts =
        new ModelFacts(
            trained.updates(),
            session.data()::saveFitted,
            Optional.of(session.description()),
            ModelFacts.training(
                trained.steps(), trained.samples(), dataIdentity(), trained.lossSha256()));
    if (initialDense != null) {
      events.phase("saving the initial model");
      new ModelDirectory(initialModel).saveInitial(dense(), initialDense, rows, facts);
      events.modelSaved(new ModelSaved(initialModel, 0));
    }
    if (session.settings().saveModel()) {
      var meter = ProgressMeter.begin(events, "saving the model", rows.rowsHeld(), "rows");
      new ModelDirectory(model).save(dense(), new CountedReads(rows, meter), facts);
      meter.end();
      events.modelSaved(new ModelSaved(model, trained.steps()));
    }
  }

  /** Empty if the data is no longer there: the model is saved all the same. */
  private String dataIdentity() {
    try {
      return session.data().contentIdentity();
    } catch (FarsightException e) {
      LOG.info("the model does not record its data: {}", e.getMessage());
      return "";
    }
  }
}
