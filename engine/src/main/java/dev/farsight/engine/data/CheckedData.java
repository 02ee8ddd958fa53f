package dev.farsight.engine.data;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.api.data.ValueObserver;
import dev.farsight.api.internal.Closing;
import dev.farsight.engine.attribution.PluginCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * A data source that is not trusted: see {@link CheckedPass}. Its schema is asked for once, and
 * must not change. Owns the source.
 */
final class CheckedData implements DataSource {

  private final DataSource source;
  private final int stepSamples;
  private final PluginCalls calls;
  private final BatchSchema schema;

  private final Function<BatchSchema, Workers> team;

  /**
   * @param stepSamples samples of a step, on all devices together
   * @param team makes the team that checks the batches of a pass
   */
  CheckedData(
      DataSource source, int stepSamples, Function<BatchSchema, Workers> team, PluginCalls calls) {
    this.source = source;
    this.stepSamples = stepSamples;
    this.calls = calls;
    schema = calls.get("DataSource.schema", source::schema);
    this.team = team;
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public long trainSamples() {
    return samples(
        "DataSource.trainSamples", calls.get("DataSource.trainSamples", source::trainSamples));
  }

  @Override
  public long evalSamples() {
    return samples(
        "DataSource.evalSamples", calls.get("DataSource.evalSamples", source::evalSamples));
  }

  @Override
  public long passBytes() {
    long bytes = calls.get("DataSource.passBytes", source::passBytes);
    if (bytes < 0) {
      throw calls.broken("DataSource.passBytes returned " + bytes);
    }
    return bytes;
  }

  private long samples(String call, long samples) {
    if (samples < 0 && samples != UNKNOWN) {
      throw calls.broken(call + " returned " + samples);
    }
    return samples;
  }

  @Override
  public String contentIdentity() {
    return calls.get("DataSource.contentIdentity", source::contentIdentity);
  }

  @Override
  public List<DenseFeature> denseFeatures() {
    return calls.get("DataSource.denseFeatures", source::denseFeatures);
  }

  @Override
  public BatchSource train(int epoch) {
    var promise = new Promise("the training part in epoch " + (epoch + 1), trainSamples());
    return checked(calls.get("DataSource.train", () -> source.train(epoch)), promise);
  }

  @Override
  public boolean readsInParts() {
    return calls.get("DataSource.readsInParts", source::readsInParts);
  }

  @Override
  public boolean readsStretches() {
    return calls.get("DataSource.readsStretches", source::readsStretches);
  }

  @Override
  public BatchSource stretch(int epoch, long from, long to) {
    var promise =
        new Promise("samples %d to %d of epoch %d".formatted(from + 1, to, epoch + 1), to - from);
    return checked(calls.get("DataSource.stretch", () -> source.stretch(epoch, from, to)), promise);
  }

  @Override
  public boolean seeks() {
    return calls.get("DataSource.seeks", source::seeks);
  }

  @Override
  public BatchSource shuffled(long seed, int epoch) {
    var promise = new Promise("the shuffled training part in epoch " + (epoch + 1), trainSamples());
    return checked(calls.get("DataSource.shuffled", () -> source.shuffled(seed, epoch)), promise);
  }

  @Override
  public boolean observe(ValueObserver observer) {
    return calls.get("DataSource.observe", () -> source.observe(observer));
  }

  @Override
  public BatchSource eval() {
    var promise = new Promise("the evaluation part", evalSamples());
    return checked(calls.get("DataSource.eval", source::eval), promise);
  }

  private BatchSource checked(BatchSource pass, Promise promise) {
    try {
      if (!calls.get("DataSource.schema", source::schema).equals(schema)) {
        throw calls.broken("its schema has changed since it was opened");
      }
      return new CheckedPass(pass, schema, stepSamples, team.apply(schema), calls, promise);
    } catch (RuntimeException | Error e) {
      Closing.after(e, pass);
      throw e;
    }
  }

  @Override
  public void saveFitted(Path folder) throws IOException {
    try {
      source.saveFitted(folder);
    } catch (RuntimeException | Error e) {
      throw calls.failure("DataSource.saveFitted", e);
    }
  }

  @Override
  public void close() {
    calls.run("DataSource.close", source::close);
  }
}
