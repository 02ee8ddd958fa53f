package dev.farsight.api.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Passes every call on to another data source, which it owns. Wrappers extend this class and
 * override the methods that they change.
 */
public abstract class ForwardingDataSource implements DataSource {

  private final DataSource source;

  protected ForwardingDataSource(DataSource source) {
    this.source = source;
  }

  @Override
  public BatchSchema schema() {
    return source.schema();
  }

  @Override
  public long trainSamples() {
    return source.trainSamples();
  }

  @Override
  public long evalSamples() {
    return source.evalSamples();
  }

  @Override
  public String contentIdentity() {
    return source.contentIdentity();
  }

  @Override
  public List<DenseFeature> denseFeatures() {
    return source.denseFeatures();
  }

  @Override
  public BatchSource train(int epoch) {
    return source.train(epoch);
  }

  @Override
  public BatchSource eval() {
    return source.eval();
  }

  @Override
  public boolean readsInParts() {
    return source.readsInParts();
  }

  @Override
  public boolean seeks() {
    return source.seeks();
  }

  @Override
  public BatchSource shuffled(long seed, int epoch) {
    return source.shuffled(seed, epoch);
  }

  @Override
  public boolean readsStretches() {
    return source.readsStretches();
  }

  @Override
  public BatchSource stretch(int epoch, long from, long to) {
    return source.stretch(epoch, from, to);
  }

  @Override
  public boolean observe(ValueObserver observer) {
    return source.observe(observer);
  }

  @Override
  public void saveFitted(Path folder) throws IOException {
    source.saveFitted(folder);
  }

  @Override
  public long passBytes() {
    return source.passBytes();
  }

  @Override
  public void close() {
    source.close();
  }
}
