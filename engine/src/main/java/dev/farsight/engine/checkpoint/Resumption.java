package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.remote.RemoteRun;
import dev.farsight.engine.sharding.ShardingPlan;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoint that all processes of a run continue from: the last one that all of them can read.
 *
 * @param checkpoint this process's part of it; that of process 0 if rows are moved
 * @param moved whether this process gets rows that other processes had: there were more or fewer of
 *     them, or they had divided the rows otherwise
 */
record Resumption(Checkpoint checkpoint, boolean moved) {

  private static final Logger LOG = LoggerFactory.getLogger(Resumption.class);

  private static final String NONE = "none";
  private static final String FINE = "";

  /**
   * Called by all processes.
   *
   * @param plan how rows are to be divided
   * @throws FarsightException if there is no checkpoint that all can read
   */
  static Resumption of(CheckpointSettings settings, ShardingPlan plan, CheckpointGroup group) {
    var run = new CheckpointDirectory(settings.ofRun());
    List<Long> steps = group.isFirst() ? run.steps() : List.of();
    FarsightException damage = null;
    for (int s = steps.size() - 1; ; s--) {
      String step = group.ofFirst(s < 0 ? NONE : String.valueOf(steps.get(s)));
      if (step.equals(NONE)) {
        throw damage == null
            ? new FarsightException("no checkpoint can be read by all processes")
            : damage;
      }
      Attempt attempt = Attempt.at(Long.parseLong(step), settings, plan, group);
      List<String> faults = group.gather(attempt.fault().map(Throwable::getMessage).orElse(FINE));
      if (faults.stream().allMatch(FINE::equals)) {
        return attempt.resumption();
      }
      LOG.warn("checkpoint of step {} cannot be used: {}", step, named(faults));
      damage = damage == null ? attempt.fault().orElseGet(() -> of(faults)) : damage;
    }
  }

  private static FarsightException of(List<String> faults) {
    return new FarsightException(named(faults));
  }

  private static String named(List<String> faults) {
    return IntStream.range(0, faults.size())
        .filter(process -> !faults.get(process).equals(FINE))
        .mapToObj(
            process ->
                (faults.size() == 1 ? "" : "process " + process + ": ") + faults.get(process))
        .collect(Collectors.joining("; "));
  }

  /** What a process finds at a step. */
  private record Attempt(Resumption resumption, Optional<FarsightException> fault) {

    static Attempt at(
        long step, CheckpointSettings settings, ShardingPlan plan, CheckpointGroup group) {
      try {
        return new Attempt(open(step, settings, plan, group), Optional.empty());
      } catch (RenamedCheckpointException | ConfigException e) {
        throw e;
      } catch (FarsightException e) {
        return new Attempt(null, Optional.of(e));
      }
    }

    private static Resumption open(
        long step, CheckpointSettings settings, ShardingPlan plan, CheckpointGroup group) {
      var ownDirectory = new CheckpointDirectory(settings.directory());
      // On other hosts, the directory of the run may not be there.
      Optional<Checkpoint> own = Checkpoint.peek(ownDirectory.checkpoint(step));
      if (own.isPresent() && divides(own.get().manifest(), plan, group)) {
        Checkpoint checkpoint = Checkpoint.open(ownDirectory.checkpoint(step));
        RowLogFiles.check(checkpoint.manifest(), step, ownDirectory);
        return new Resumption(checkpoint, false);
      }
      group.remote().ifPresent(RemoteRun::fetchAll);
      var run = new CheckpointDirectory(settings.ofRun());
      Checkpoint ofRun = Checkpoint.open(run.checkpoint(step));
      Manifest manifest = ofRun.manifest();
      if (divides(manifest, plan, group)) {
        // Only this process's part is missing or damaged.
        Checkpoint.open(ownDirectory.checkpoint(step));
      }
      if (manifest.store() != null) {
        throw new ConfigException(
            ofRun.path()
                + ": its rows are in the stores of "
                + manifest.processes()
                + " processes, which have divided them as the plan in it says; continue it with --ranks "
                + manifest.processes()
                + " on the same devices");
      }
      ProcessParts.of(run, step, manifest).check();
      return new Resumption(ofRun, true);
    }

    /** Whether processes had divided the rows as they now do. */
    private static boolean divides(Manifest manifest, ShardingPlan plan, CheckpointGroup group) {
      boolean alone = manifest.processes() == 1 && group.count() == 1;
      return alone
          || (manifest.processes() == group.count()
              && manifest.plan() != null
              && manifest.plan().sharding().equals(plan.sharding()));
    }
  }
}
