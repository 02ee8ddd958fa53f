package dev.farsight.datasets.prepare;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataSource;
import dev.farsight.datasets.npy.PreparedManifest;
import dev.farsight.datasets.npy.PreparedManifest.Part;
import dev.farsight.datasets.npy.PreparedManifest.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Writes all samples of a source, in their order, as prepared data. After a process was killed at
 * any moment, the same work goes on from the last complete part, and ends with the same bytes.
 *
 * <p>Takes two batches of memory beside what the source and {@link PartWriter} take. The calling
 * thread reads, another one writes.
 */
public final class Preparation implements AutoCloseable {

  private static final String CONTENT = "content of the data";

  private final WorkFolder folder;
  private final Job job;

  /** What has become of the work. */
  public enum State {
    DONE,
    /** The data was complete before: nothing was done. */
    WAS_COMPLETE,
    /** It can be gone on with. */
    STOPPED
  }

  /**
   * What there is after the work.
   *
   * @param parts those that are complete
   * @param trainClicks samples with the label 1 for training; 0 if the data was complete before
   * @param evalClicks the same for evaluation
   * @param written samples written by this call
   */
  public record Outcome(
      State state,
      List<Part> parts,
      long trainClicks,
      long evalClicks,
      long written,
      long badRows,
      long truncatedBags) {

    public Outcome {
      parts = List.copyOf(parts);
    }

    /** How many samples there are for training, or for evaluation. */
    public long samples(boolean evaluation) {
      return parts.stream()
          .filter(part -> part.evaluation() == evaluation)
          .mapToLong(Part::samples)
          .sum();
    }

    /** Bytes of all parts. */
    public long bytes() {
      return parts.stream()
          .flatMap(part -> part.files().values().stream())
          .mapToLong(PreparedManifest.FileSum::bytes)
          .sum();
    }
  }

  private Preparation(WorkFolder folder, Job job) {
    this.folder = folder;
    this.job = job;
  }

  /**
   * Locks a folder, and looks at what is there. Reads no data.
   *
   * @throws dev.farsight.api.config.ConfigException if it has other files, or if other work was
   *     begun there
   */
  public static Preparation open(Path path, Job job) {
    WorkFolder folder = WorkFolder.open(path);
    try {
      folder.progress().ifPresent(begun -> Job.requireSame(path, begun.asked(), job.facts()));
      folder.manifest().ifPresent(whole -> requireSame(path, whole, job));
      folder.requireThere();
      return new Preparation(folder, job);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /** Compares what a manifest tells of the work that it is the end of. */
  private static void requireSame(Path path, PreparedManifest whole, Job job) {
    SortedMap<String, String> earlier = Job.settingFacts(whole.source().settings());
    earlier.put(Job.PART_ROWS, partSamples(whole, job.partSamples()));
    SortedMap<String, String> now = Job.settingFacts(job.settings());
    now.put(Job.PART_ROWS, Long.toString(job.partSamples()));
    if (!job.fitted().isEmpty()) {
      earlier.putAll(Job.fittedFacts(whole.fitted()));
      now.putAll(Job.fittedFacts(job.fitted()));
    }
    Job.requireSame(path, earlier, now);
  }

  /** Most samples of a part, as far as the parts tell: {@code wanted} if they may be its work. */
  private static String partSamples(PreparedManifest whole, long wanted) {
    long largest = whole.parts().stream().mapToLong(Part::samples).max().orElseThrow();
    boolean several =
        Stream.of(false, true)
            .anyMatch(e -> whole.parts().stream().filter(p -> p.evaluation() == e).count() > 1);
    if (several) {
      return Long.toString(largest);
    }
    return largest > wanted ? "at least " + largest : Long.toString(wanted);
  }

  /** What was found out from the training part before; empty if it is to be found out. */
  public Optional<Path> fitted() {
    return folder.fitted();
  }

  /** How many samples are written already. */
  public long writtenBefore() {
    return folder.progress().map(p -> p.samples(false) + p.samples(true)).orElse(0L);
  }

  /**
   * Does the work.
   *
   * @param data opened with {@link #fitted}
   * @param written is told of samples that were written
   * @param stop whether to stop; asked before each batch
   * @throws FarsightException if the data cannot be read, or files cannot be written
   */
  public Outcome write(DataSource data, int batchSize, LongConsumer written, BooleanSupplier stop) {
    if (folder.manifest().isPresent()) {
      return wasComplete(folder.manifest().get(), data);
    }
    begin(data);
    try (var work = new Work(folder, data.schema(), job.partSamples(), batchSize, written, stop)) {
      boolean stopped = !work.write(false, data) || !work.write(true, data);
      if (!stopped) {
        complete(data, work.badRows(), work.truncatedBags());
      }
      Progress progress = folder.progress().orElseThrow();
      return new Outcome(
          stopped ? State.STOPPED : State.DONE,
          progress.parts(),
          progress.trainClicks(),
          progress.evalClicks(),
          work.written(),
          work.badRows(),
          work.truncatedBags());
    }
  }

  /**
   * Does the work elsewhere. What is whole when this process is killed are the parts that were
   * taken from there.
   *
   * @param data opened with {@link #fitted}; its samples are not read
   * @throws FarsightException if the data cannot be read, or files cannot be written
   */
  public Outcome assemble(DataSource data, PartMaker maker) {
    if (folder.manifest().isPresent()) {
      return wasComplete(folder.manifest().get(), data);
    }
    begin(data);
    Progress before = folder.progress().orElseThrow();
    var wanted =
        new PartMaker.Wanted(
            folder.makeStaging(), job.partSamples(), before.samples(false), before.samples(true));
    PartMaker.Made made;
    try {
      made = maker.make(wanted);
      made.parts().forEach(folder::take);
    } catch (FarsightException e) {
      throw unfinished(e, folder.progress().orElseThrow().parts().size());
    } finally {
      folder.deleteUnfinished();
    }
    complete(data, made.badRows(), made.truncatedBags());
    Progress progress = folder.progress().orElseThrow();
    return new Outcome(
        State.DONE,
        progress.parts(),
        progress.trainClicks(),
        progress.evalClicks(),
        made.parts().stream().mapToLong(written -> written.part().samples()).sum(),
        made.badRows(),
        made.truncatedBags());
  }

  /** Begins the work, or checks that it is the work that was begun. */
  private void begin(DataSource data) {
    SortedMap<String, String> facts = facts(data);
    folder.progress().ifPresent(begun -> Job.requireSame(folder.path(), begun.data(), facts));
    if (folder.progress().isPresent()) {
      folder.deleteUnfinished();
      return;
    }
    try {
      folder.begin(data, job.facts(), facts);
    } catch (FarsightException e) {
      throw unfinished(e, 0);
    }
  }

  private Outcome wasComplete(PreparedManifest whole, DataSource data) {
    SortedMap<String, String> earlier = new TreeMap<>(Map.of(CONTENT, whole.source().identity()));
    SortedMap<String, String> now = new TreeMap<>(Map.of(CONTENT, data.contentIdentity()));
    Job.requireSame(folder.path(), earlier, now);
    folder.deleteProgress();
    return new Outcome(
        State.WAS_COMPLETE, whole.parts(), 0, 0, 0, whole.badRows(), whole.truncatedBags());
  }

  /** What the data is, each fact with its name. */
  private SortedMap<String, String> facts(DataSource data) {
    BatchSchema schema = data.schema();
    SortedMap<String, String> facts = new TreeMap<>();
    facts.put(CONTENT, data.contentIdentity());
    facts.put("training samples", Long.toString(data.trainSamples()));
    facts.put("evaluation samples", Long.toString(data.evalSamples()));
    facts.put(
        "layout of the data",
        String.join(
            " ",
            Integer.toString(schema.denseWidth()),
            schema.tables().toString(),
            schema.features().toString(),
            new TreeSet<>(schema.columns()).toString()));
    if (data.contentIdentity().isEmpty()) {
      facts.putAll(job.places());
    }
    return facts;
  }

  private void complete(DataSource data, long badRows, long truncatedBags) {
    Progress progress = folder.progress().orElseThrow();
    if (progress.parts().isEmpty()) {
      throw new FarsightException("the data has no samples, so there is nothing to prepare");
    }
    BatchSchema schema = data.schema().withLookupLimit(BatchSchema.NO_LIMIT);
    var manifest =
        new PreparedManifest(
            job.farsight(),
            new Source(job.source(), data.contentIdentity(), job.settings()),
            schema,
            PreparedManifest.dense(schema.denseWidth(), data.denseFeatures()),
            progress.parts(),
            progress.fitted(),
            badRows,
            truncatedBags);
    try {
      folder.complete(manifest);
    } catch (FarsightException e) {
      throw unfinished(e, progress.parts().size());
    }
  }

  /** A failure, and what it leaves. */
  static FarsightException unfinished(FarsightException failure, int completeParts) {
    return new FarsightException(
        failure.getMessage()
            + "; "
            + completeParts
            + (completeParts == 1 ? " part is" : " parts are")
            + " complete, and the same command goes on from there",
        failure);
  }

  @Override
  public void close() {
    folder.close();
  }
}
