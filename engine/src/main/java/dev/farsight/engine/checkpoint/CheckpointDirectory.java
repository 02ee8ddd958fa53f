package dev.farsight.engine.checkpoint;

import dev.farsight.api.internal.ProcessLock;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.FarsightException;
import dev.farsight.api.table.RowFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the checkpoints of one run lie:
 *
 * <pre>
 * step-000000001000/          a checkpoint, whole: it got its name last
 * rows/000000001000.rows      rows that checkpoints refer to
 * undo/000000001000.rows      what leads a persistent store back to a checkpoint
 * lock                        held by the process that writes here
 * </pre>
 *
 * Knows names and files, not what is in them.
 */
final class CheckpointDirectory {

  private static final Pattern CHECKPOINT = Pattern.compile("step-(\\d{12,})");
  private static final Pattern LOG = Pattern.compile("(\\d{12,})\\.rows");

  private final Path path;

  CheckpointDirectory(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /** Makes the directory if it is missing, and keeps other runs out of it until it is closed. */
  ProcessLock lock() {
    try {
      Files.createDirectories(path);
      return ProcessLock.exclusive(
          path.resolve("lock"),
          owner ->
              new FarsightException(
                  "%s: another run is writing checkpoints there (%s)".formatted(path, owner)));
    } catch (IOException e) {
      throw DurableFiles.unwritable(path, e);
    }
  }

  /** The step of the checkpoint that a path is by its name. */
  static OptionalLong stepOf(Path path) {
    Matcher matcher = CHECKPOINT.matcher(String.valueOf(path.getFileName()));
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /** Steps of the checkpoints that are there, ascending. */
  List<Long> steps() {
    return numbers(path, CHECKPOINT);
  }

  /** Where the checkpoint of a step lies, once it is whole. */
  Path checkpoint(long step) {
    return path.resolve("step-%012d".formatted(step));
  }

  /** Where it is put together. */
  Path partial(long step) {
    return path.resolve("step-%012d.partial".formatted(step));
  }

  RowLogWriter newRows(long step, RowFormat format, long run) {
    return RowLogWriter.create(rowsFile(step), format, new RowLog.Id(RowLog.ROWS, run, step), 0);
  }

  /** Opens a checkpoint's rows, after a look at their length. */
  RowLogReader rows(RowLogFile file, RowFormat format, long run) {
    Path log = rowsFile(file.step());
    var reader = new RowLogReader(log, format, new RowLog.Id(RowLog.ROWS, run, file.step()));
    if (reader.size() != file.bytes()) {
      reader.close();
      throw new FarsightException(
          "%s: is damaged: it has %d bytes of %d".formatted(log, reader.size(), file.bytes()));
    }
    return reader;
  }

  RowLogWriter newUndo(long step, RowFormat format, long run, long held) {
    return RowLogWriter.create(undoFile(step), format, new RowLog.Id(RowLog.UNDO, run, step), held);
  }

  RowLogReader undo(long step, RowFormat format, long run) {
    return new RowLogReader(undoFile(step), format, new RowLog.Id(RowLog.UNDO, run, step));
  }

  Path rowsFile(long step) {
    return path.resolve("rows").resolve("%012d.rows".formatted(step));
  }

  Path undoFile(long step) {
    return path.resolve("undo").resolve("%012d.rows".formatted(step));
  }

  void deleteUndoAfter(long step) {
    for (long log : numbers(path.resolve("undo"), LOG)) {
      if (log > step) {
        delete(undoFile(log));
      }
    }
  }

  void deleteCheckpointsAfter(long step) {
    for (long later : steps()) {
      if (later > step) {
        delete(checkpoint(later));
      }
    }
  }

  /**
   * Deletes checkpoints but those given, and everything that none of these needs.
   *
   * @param kept steps of checkpoints, not empty
   * @param rows the files that they refer to
   */
  void keepOnly(List<Long> kept, Collection<RowLogFile> rows) {
    for (long step : steps()) {
      if (!kept.contains(step)) {
        delete(checkpoint(step));
      }
    }
    List<Long> needed = rows.stream().map(RowLogFile::step).toList();
    for (long log : numbers(path.resolve("rows"), LOG)) {
      if (!needed.contains(log)) {
        delete(rowsFile(log));
      }
    }
    for (long log : numbers(path.resolve("undo"), LOG)) {
      if (log < kept.get(0)) {
        delete(undoFile(log));
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

  private static List<Long> numbers(Path folder, Pattern name) {
    try (var files = Files.list(folder)) {
      var found = new ArrayList<Long>();
      for (Path file : files.toList()) {
        Matcher matcher = name.matcher(file.getFileName().toString());
        if (matcher.matches()) {
          found.add(Long.parseLong(matcher.group(1)));
        }
      }
      found.sort(null);
      return found;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw DurableFiles.unreadable(folder, e);
    }
  }
}
