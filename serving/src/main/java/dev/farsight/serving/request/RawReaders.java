package dev.farsight.serving.request;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Readers of raw fields. Each has what the training data was found to be like in memory, so there
 * are few, made when they are needed; a thread waits if none is free.
 */
public final class RawReaders {

  private final int most;
  private final Semaphore free;
  private final Pool<RawReader> readers;

  /**
   * @param most most readers
   */
  public RawReaders(int most, Supplier<RawReader> maker) {
    this.most = most;
    this.free = new Semaphore(most);
    this.readers = new Pool<>(most, maker);
  }

  /** Makes all of them, so that what they are made of is not needed any more. */
  public void makeAll() {
    List<RawReader> made = Stream.generate(readers::take).limit(most).toList();
    made.forEach(readers::giveBack);
  }

  /**
   * As {@link SampleReader#read}.
   *
   * @param mostSamples more samples are refused
   */
  void read(InferRequest request, Samples samples, int mostSamples) {
    free.acquireUninterruptibly();
    try {
      RawReader reader = readers.take();
      try {
        reader.read(request, samples, mostSamples);
      } finally {
        readers.giveBack(reader);
      }
    } finally {
      free.release();
    }
  }
}
