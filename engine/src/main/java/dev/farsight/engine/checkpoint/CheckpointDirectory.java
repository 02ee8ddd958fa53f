package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.ProcessLock;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.model.FittedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory with the checkpoints of one run:
 *
 * <pre>
 * step-000000001000/          a complete checkpoint: it was renamed to this name last
 * losses.bin                  the loss of every step
 * data/                       what the data was found to be like, the same for all checkpoints
 * step-000000001000.partial   is being written
 * step-000000001000.damaged   could not be read when the run was resumed
 * rows/000000001000.rows      rows that checkpoints refer to
 * undo/000000001000.rows      old values, to take a persistent store back to a checkpoint
 * deltas/000000001000.rows    weights of the rows changed since the checkpoint before, for followers
 * base/000000001000.rows      weights of all rows written, with which deltas begin
 * lock                        locked by the process that writes here
 * processes/1/                the parts of another process of the run: all of this again
 * </pre>
 *
 * Handles file names only, not the content of the files, except that it opens row logs.
 */
final class CheckpointDirectory {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointDirectory.class);

  private static final Pattern CHECKPOINT = Pattern.compile("step-(\\d{12,})");
  private static final Pattern UNFINISHED =
      Pattern.compile("(step-\\d{12,}|\\d{12,}\\.rows)\\.partial");
  private static final Pattern ROW_LOG = Pattern.compile("(\\d{12,})\\.rows");

  private static final String DELTAS = "deltas";
  private static final String BASE = "base";

  private final Path path;

  CheckpointDirectory(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /**
   * Creates the directory if it is missing, and locks it against other runs until the lock is
   * closed. Deletes what a process that was killed had not finished.
   */
  ProcessLock lock() {
    try {
      Files.createDirectories(path);
      ProcessLock lock =
          ProcessLock.exclusive(
              path.resolve("lock"),
              owner ->
                  new FarsightException(
                      "%s: another run is writing checkpoints to it (%s)".formatted(path, owner)));
      try {
        deleteUnfinished(path);
        deleteUnfinished(path.resolve("rows"));
        deleteUnfinished(path.resolve("undo"));
        deleteUnfinished(path.resolve(DELTAS));
        deleteUnfinished(path.resolve(BASE));
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
      return lock;
    } catch (IOException e) {
      throw DurableFiles.unwritable(path, e);
    }
  }

  private static void deleteUnfinished(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (UNFINISHED.matcher(file.getFileName().toString()).matches()) {
          DurableFiles.delete(file);
        }
      }
    }
  }

  /**
   * The step of a checkpoint, from its file name; empty if the name is not that of a checkpoint.
   */
  static OptionalLong stepOf(Path path) {
    Matcher matcher = CHECKPOINT.matcher(String.valueOf(path.getFileName()));
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /** The steps of all checkpoints in the directory, ascending. */
  List<Long> steps() {
    return stepsIn(path, CHECKPOINT);
  }

  /** The path of a complete checkpoint. */
  Path checkpoint(long step) {
    return path.resolve(nameOf(step));
  }

  /** The file name of a complete checkpoint. */
  static String nameOf(long step) {
    return String.format(Locale.ROOT, "step-%012d", step);
  }

  /** The folder with what the data was found to be like. */
  Path fitted() {
    return path.resolve(FittedFolder.NAME);
  }

  /** The path of a checkpoint while it is being written. */
  Path partial(long step) {
    return path.resolve(String.format(Locale.ROOT, "step-%012d.partial", step));
  }

  RowLogWriter newRows(long step, RowFormat format, long runId) {
    return RowLogWriter.create(rowsFile(step), format, new RowLog.Id(RowLog.ROWS, runId, step), 0);
  }

  /** Opens a row file of a checkpoint, and checks its length. */
  RowLogReader openRows(RowLogFile file, RowFormat format, long runId) {
    return requireLength(
        new RowLogReader(
            rowsFile(file.step()), format, new RowLog.Id(RowLog.ROWS, runId, file.step())),
        file.bytes());
  }

  private static RowLogReader requireLength(RowLogReader reader, long bytes) {
    if (reader.size() != bytes) {
      reader.close();
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: is damaged: it has %d bytes of %d",
              reader.file(),
              reader.size(),
              bytes));
    }
    return reader;
  }

  /**
   * @param rowsHeld rows that the store holds now
   */
  RowLogWriter newUndo(long step, RowFormat format, long runId, long rowsHeld) {
    return RowLogWriter.create(
        undoFile(step), format, new RowLog.Id(RowLog.UNDO, runId, step), rowsHeld);
  }

  RowLogReader openUndo(long step, RowFormat format, long runId) {
    return new RowLogReader(undoFile(step), format, new RowLog.Id(RowLog.UNDO, runId, step));
  }

  /**
   * @param kind {@link RowLog#DELTA} or {@link RowLog#BASE}
   * @param weights the format of rows without optimizer state
   */
  RowLogWriter newWeights(int kind, long step, RowFormat weights, long runId) {
    return RowLogWriter.create(
        weightsFile(kind, step), weights, new RowLog.Id(kind, runId, step), 0);
  }

  /** Opens a file of weights, and checks its length. */
  RowLogReader openWeights(int kind, Deltas.File file, RowFormat weights, long runId) {
    return requireLength(
        new RowLogReader(
            weightsFile(kind, file.step()), weights, new RowLog.Id(kind, runId, file.step())),
        file.bytes());
  }

  /** A file of weights; {@code kind} as for {@link #newWeights}. */
  Path weightsFile(int kind, long step) {
    return log(kind == RowLog.BASE ? BASE : DELTAS, step);
  }

  Path rowsFile(long step) {
    return log("rows", step);
  }

  Path undoFile(long step) {
    return log("undo", step);
  }

  private Path log(String folder, long step) {
    return path.resolve(folder).resolve(String.format(Locale.ROOT, "%012d.rows", step));
  }

  void deleteUndoAfter(long step) {
    for (long logStep : stepsIn(path.resolve("undo"), ROW_LOG)) {
      if (logStep > step) {
        delete(undoFile(logStep));
      }
    }
  }

  /** Renames the checkpoints of later steps, so that new ones do not replace them. */
  void setAsideAfter(long step) {
    for (long later : steps()) {
      if (later > step) {
        Path aside = path.resolve(nameOf(later) + ".damaged");
        for (int n = 2; Files.exists(aside); n++) {
          aside = path.resolve(nameOf(later) + ".damaged-" + n);
        }
        try {
          DurableFiles.rename(checkpoint(later), aside);
          LOG.warn("{} was renamed to {}", checkpoint(later), aside.getFileName());
        } catch (IOException e) {
          throw DurableFiles.unwritable(checkpoint(later), e);
        }
      }
    }
  }

  /**
   * Deletes all other checkpoints, and all undo logs that the kept ones do not need.
   *
   * @param kept steps of the checkpoints to keep, ascending; not empty
   */
  void keepOnly(List<Long> kept) {
    for (long step : steps()) {
      if (!kept.contains(step)) {
        deleteCheckpoint(step);
      }
    }
    for (long logStep : stepsIn(path.resolve("undo"), ROW_LOG)) {
      if (logStep < kept.get(0)) {
        delete(undoFile(logStep));
      }
    }
  }

  /** Renames a checkpoint before deleting it: who reads here sees all of it or nothing. */
  private void deleteCheckpoint(long step) {
    try {
      DurableFiles.delete(partial(step));
      DurableFiles.rename(checkpoint(step), partial(step));
      DurableFiles.delete(partial(step));
    } catch (IOException e) {
      throw DurableFiles.unwritable(checkpoint(step), e);
    }
  }

  /** Deletes all row files but the given ones. */
  void keepRows(Collection<RowLogFile> rows) {
    keepLogs("rows", rows.stream().map(RowLogFile::step).collect(Collectors.toSet()));
  }

  /** Deletes all files for followers that none of these has. */
  void keepDeltas(Collection<Deltas> deltas) {
    keepLogs(BASE, deltas.stream().map(d -> d.base().step()).collect(Collectors.toSet()));
    keepLogs(
        DELTAS,
        deltas.stream()
            .flatMap(d -> d.deltas().stream())
            .map(delta -> delta.file().step())
            .collect(Collectors.toSet()));
  }

  /**
   * Deletes what processes have left here that no checkpoint needs any more: all from a number on.
   */
  void keepProcesses(int count) {
    for (int process = count; process > 0; process++) {
      Path folder = CheckpointGroup.directory(path, process);
      if (!Files.isDirectory(folder)) {
        return;
      }
      delete(folder);
    }
  }

  private void keepLogs(String folder, Set<Long> neededSteps) {
    for (long logStep : stepsIn(path.resolve(folder), ROW_LOG)) {
      if (!neededSteps.contains(logStep)) {
        delete(log(folder, logStep));
      }
    }
  }

  private static void delete(Path file) {
    try {
      DurableFiles.delete(file);
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }

  /** The steps in the file names of a folder, ascending; empty if there is no such folder. */
  private static List<Long> stepsIn(Path folder, Pattern name) {
    try (var files = Files.list(folder)) {
      var steps = new ArrayList<Long>();
      for (Path file : files.toList()) {
        Matcher matcher = name.matcher(file.getFileName().toString());
        if (matcher.matches()) {
          steps.add(Long.parseLong(matcher.group(1)));
        }
      }
      steps.sort(null);
      return steps;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw DurableFiles.unreadable(folder, e);
    }
  }
}
