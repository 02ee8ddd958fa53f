package dev.farsight.bench.trace;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.internal.Nearest;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.memory.HostBuffers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Opens traces of all formats. */
public final class Traces {

  private static final String RECORDED = "farsight";

  private static final int MOST_LOOKUPS = 1 << 30;

  private Traces() {}

  /** The names of the formats. */
  public static List<String> formats() {
    var names = new ArrayList<>(List.of(RECORDED));
    Arrays.stream(KeyFormat.values()).map(KeyFormat::label).forEach(names::add);
    return List.copyOf(names);
  }

  /**
   * Opens a trace; a key trace is read as a whole.
   *
   * @param format one of {@link #formats}; if empty, a recorded trace is told by its first bytes
   * @throws ConfigException if there is no such file or format
   * @throws dev.farsight.api.FarsightException if the file is damaged, with file and place
   */
  public static Trace open(Path file, Optional<String> format) {
    TraceInput.requireFile(file);
    if (format.isEmpty() && !RecordedTrace.recognises(file)) {
      throw new ConfigException(
          file
              + ": was not recorded by farsight; say with --format which keys it holds ("
              + String.join(", ", formats().subList(1, formats().size()))
              + ")");
    }
    String name = format.orElse(RECORDED).toLowerCase(Locale.ROOT);
    if (name.equals(RECORDED)) {
      return RecordedTrace.open(file);
    }
    for (KeyFormat keys : KeyFormat.values()) {
      if (keys.label().equals(name)) {
        return KeyTrace.read(file, keys);
      }
    }
    throw new ConfigException(
        "--format: "
            + Quoted.of(name)
            + " is no format"
            + Nearest.question(name, formats())
            + " (there are "
            + String.join(", ", formats())
            + ")");
  }

  /**
   * A batch for passes over a trace.
   *
   * @param name of the trace, for messages
   */
  static Batch newBatch(String name, BatchSchema schema, int batchSize) {
    if (schema.maxLookups(batchSize) > MOST_LOOKUPS) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: a batch of %d samples may have %d lookups, more than 2^30; name a smaller --batch",
              name,
              batchSize,
              schema.maxLookups(batchSize)));
    }
    return new Batch(schema, batchSize, HostBuffers.plain());
  }
}
