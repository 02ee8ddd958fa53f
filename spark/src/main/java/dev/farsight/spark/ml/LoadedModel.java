package dev.farsight.spark.ml;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.api.internal.Closing;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.engine.predict.Predictor;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A model that is open, with what its tasks need to score: for each task at a time a batch and an
 * encoder, which are kept for later tasks. Thread-safe.
 */
final class LoadedModel implements AutoCloseable {

  private final Plugins plugins;
  private final Predictor predictor;
  private final Runnable afterwards;
  private final Queue<RowScorer> idle = new ConcurrentLinkedQueue<>();

  private LoadedModel(Plugins plugins, Predictor predictor, Runnable afterwards) {
    this.plugins = plugins;
    this.predictor = predictor;
    this.afterwards = afterwards;
  }

  /**
   * @param afterwards is run when the model is closed, or cannot be opened
   */
  static LoadedModel open(Path folder, Runnable afterwards) {
    try {
      FarsightConfig config = Predictor.configuration(folder);
      Plugins plugins = Plugins.load(LoadedModel.class.getClassLoader());
      try {
        var predictor =
            Predictor.open(config.resolve(plugins.loaders()), plugins.components(), folder);
        return new LoadedModel(plugins, predictor, afterwards);
      } catch (RuntimeException | Error e) {
        Closing.after(e, plugins);
        throw e;
      }
    } catch (RuntimeException | Error e) {
      afterwards.run();
      throw e;
    }
  }

  RowScorer take() {
    RowScorer scorer = idle.poll();
    return scorer == null ? new RowScorer(predictor, encoder()) : scorer;
  }

  private SampleEncoder encoder() {
    return predictor
        .encoder()
        .orElseThrow(() -> new FarsightException("the model takes no raw values"));
  }

  /** Takes back a scorer that has scored all that was added. */
  void giveBack(RowScorer scorer) {
    idle.add(scorer);
  }

  @Override
  public void close() {
    Closing.all(predictor, plugins, afterwards::run);
  }
}
