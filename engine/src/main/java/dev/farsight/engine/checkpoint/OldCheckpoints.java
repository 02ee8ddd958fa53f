package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import dev.farsight.api.store.RowStore;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes what only checkpoints need that are no longer kept. */
final class OldCheckpoints {

  private static final Logger LOG = LoggerFactory.getLogger(OldCheckpoints.class);

  private final CheckpointDirectory directory;
  private final CheckpointGroup group;
  private final RowStore store;

  OldCheckpoints(CheckpointDirectory directory, CheckpointGroup group, RowStore store) {
    this.directory = directory;
    this.group = group;
    this.store = store;
  }

  /**
   * Deletes all but the latest checkpoints and the pinned one, and the rows that only the deleted
   * ones need. Deletes no rows if the manifest of a kept checkpoint cannot be read now: it may be
   * readable later.
   *
   * @param keep how many of the latest are kept
   * @param pinnedStep step of a checkpoint that is kept besides them; -1 for none
   */
  void delete(int keep, long pinnedStep) {
    List<Long> steps = directory.steps();
    int firstKept = Math.max(0, steps.size() - keep);
    List<Long> kept =
        Stream.concat(
                steps.stream().limit(firstKept).filter(step -> step == pinnedStep),
                steps.stream().skip(firstKept))
            .toList();
    directory.keepOnly(kept);
    Set<RowLogFile> needed = new LinkedHashSet<>();
    Set<Deltas> neededDeltas = new LinkedHashSet<>();
    Set<Integer> generations = new TreeSet<>();
    int processes = group.count();
    try {
      for (long step : kept) {
        Manifest manifest = Checkpoint.manifestOf(directory.checkpoint(step));
        needed.addAll(manifest.rows());
        if (manifest.deltas() != null) {
          neededDeltas.add(manifest.deltas());
        }
        generations.add(manifest.generation());
        processes = Math.max(processes, manifest.processes());
      }
    } catch (FarsightException e) {
      LOG.warn("{}; no rows of old checkpoints are deleted this time", e.getMessage());
      return;
    }
    directory.keepRows(needed);
    directory.keepDeltas(neededDeltas);
    if (group.isFirst()) {
      directory.keepProcesses(processes);
    }
    store.keepGenerations(generations);
  }
}
