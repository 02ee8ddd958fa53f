package dev.farsight.spark.ml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Models that are open, each once, however many tasks score by it. Some that no task uses stay
 * open, those used last: the next task of a job finds its model. Thread-safe; while one thread
 * opens a model, others wait.
 */
final class OpenModels<M> {

  /**
   * Those of this JVM. Spark keeps nothing else of ours from one task to the next (decision 61).
   */
  static final OpenModels<LoadedModel> OF_JVM = new OpenModels<>(2, LoadedModel::close);

  private final int mostIdle;
  private final Consumer<M> closes;

  /** In the order of their last use. */
  private final Map<String, Entry<M>> entries = new LinkedHashMap<>(8, 0.75f, true);

  /**
   * @param mostIdle how many stay open that nobody uses
   * @param closes a model
   */
  OpenModels(int mostIdle, Consumer<M> closes) {
    this.mostIdle = mostIdle;
    this.closes = closes;
  }

  /**
   * Begins a use of a model, to be closed.
   *
   * @param name tells the model from all others
   * @param opens the model if it is not open
   */
  synchronized Use use(String name, Supplier<M> opens) {
    Entry<M> entry = entries.get(name);
    if (entry == null) {
      entry = new Entry<>(opens.get());
      entries.put(name, entry);
    }
    entry.uses++;
    return new Use(entry);
  }

  /** How many models are open. */
  synchronized int size() {
    return entries.size();
  }

  private synchronized List<M> end(Entry<M> entry) {
    entry.uses--;
    long idle = entries.values().stream().filter(Entry::isIdle).count();
    var closing = new ArrayList<M>();
    var all = entries.values().iterator();
    while (idle > mostIdle && all.hasNext()) {
      Entry<M> oldest = all.next();
      if (oldest.isIdle()) {
        all.remove();
        closing.add(oldest.model);
        idle--;
      }
    }
    return closing;
  }

  private static final class Entry<M> {

    private final M model;
    private int uses;

    Entry(M model) {
      this.model = model;
    }

    boolean isIdle() {
      return uses == 0;
    }
  }

  /** A use of a model by a task. Not thread-safe. */
  final class Use implements AutoCloseable {

    private final Entry<M> entry;
    private boolean ended;

    private Use(Entry<M> entry) {
      this.entry = entry;
    }

    M model() {
      return entry.model;
    }

    @Override
    public void close() {
      if (!ended) {
        ended = true;
        end(entry).forEach(closes);
      }
    }
  }
}
