package dev.farsight.spark.train;

import static dev.farsight.api.internal.Quoted.line;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.CollectiveContext.Rendezvous;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.Report;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.engine.process.ProcessPlace;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of a run, in a barrier task of an executor. It begins, or if the run has a
 * checkpoint, goes on from there: so a stage that Spark tries again does.
 *
 * <p>Spark's own barrier is asked for twice, to meet and to agree about a failure. It answers
 * within about a second.
 */
final class RankTask {

  private static final Logger LOG = LoggerFactory.getLogger(RankTask.class);

  private static final String READY = "ready";

  private final RankSettings settings;
  private final BarrierTaskContext context;
  private final int process;
  private boolean opening = true;

  RankTask(RankSettings settings, BarrierTaskContext context) {
    this.settings = settings;
    this.context = context;
    process = context.partitionId();
  }

  RankResult run() {
    LOG.info("process {} of {}, attempt {}", process, settings, context.stageAttemptNumber());
    var meeting = new Meeting();
    Report report = null;
    FarsightException failure = null;
    try {
      requireOwnExecutors();
      report = train(meeting);
    } catch (FarsightException e) {
      failure = e;
      LOG.warn("process {} has failed", process, e);
    }
    meeting.end();
    if (failure != null && Verdict.isLoss(failure)) {
      throw failure;
    }
    Verdict verdict = agree(failure);
    if (verdict.kind().endsRun()) {
      return new RankResult(
          process, null, verdict.reason(), verdict.kind() == Verdict.Kind.SETTING);
    }
    if (!verdict.equals(Verdict.FINE)) {
      // The same in all processes: Spark tells one of them.
      throw new FarsightException(verdict.reason(), failure);
    }
    String json = process == 0 ? Objects.requireNonNull(report).toJson() : null;
    return new RankResult(process, json, null, false);
  }

  /** A process that is gone does not answer: then Spark ends the stage, and tries again. */
  private Verdict agree(FarsightException failure) {
    Verdict own = failure == null ? Verdict.FINE : Verdict.of(process, failure, opening);
    return Verdict.ofAll(Arrays.asList(context.allGather(own.encode())));
  }

  private Report train(Meeting meeting) {
    FarsightConfig user =
        FarsightConfig.ofText("the configuration", settings.configuration())
            .set(settings.overrides())
            .set("sharding.sockets.host=\"" + host(process) + "\"");
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (Plugins plugins = Plugins.load(loader)) {
      Config farsight = user.resolve(plugins.loaders());
      Path run = Path.of(settings.directory());
      if (settings.store() != null) {
        return trainWithStore(farsight, plugins, run, meeting);
      }
      Path own = process == 0 ? run : run.resolve("processes").resolve(String.valueOf(process));
      boolean resumes =
          CheckpointSettings.of(Settings.of("farsight", farsight), run).hasCheckpoint();
      var place = ProcessPlace.of(process, meeting.rendezvous());
      try (Trainer trainer =
          resumes
              ? Trainer.resume(farsight, plugins.components(), own, RunListener.NONE, place)
              : Trainer.open(farsight, plugins.components(), own, RunListener.NONE, place)) {
        opening = false;
        return trainer.train();
      }
    }
  }

  /** The run goes on from what the store has of it, whatever this executor had before. */
  private Report trainWithStore(Config farsight, Plugins plugins, Path directory, Meeting meeting) {
    opening =
        false; // the driver has seen that the store can be used; if it fails now, it may recover
    try (var own = ScratchFolder.in(directory, process)) {
      HadoopFiles store = settings.files();
      try (Trainer trainer =
          Trainer.openWithStore(
              farsight,
              plugins.components(),
              own.path().resolve("run"),
              RunListener.NONE,
              ProcessPlace.of(process, meeting.rendezvous()),
              store)) {
        return trainer.train();
      }
    }
  }

  /** Two processes in one executor would share its memory and devices. */
  private void requireOwnExecutors() {
    long executors =
        IntStream.range(0, settings.processes()).mapToObj(this::address).distinct().count();
    boolean cluster = !"driver".equals(org.apache.spark.SparkEnv.get().executorId());
    if (cluster && executors < settings.processes()) {
      throw new ConfigException(
          settings.processes()
              + " processes on "
              + executors
              + (executors == 1 ? " executor" : " executors")
              + ": each needs one of its own; set spark.task.cpus to spark.executor.cores");
    }
  }

  private String address(int ofProcess) {
    return context.getTaskInfos()[ofProcess].address();
  }

  private String host(int ofProcess) {
    String address = address(ofProcess);
    int colon = address.lastIndexOf(':');
    return colon < 0 ? address : address.substring(0, colon);
  }

  /** How the processes meet: process 0 tells all where it listens. */
  private final class Meeting {

    private final CompletableFuture<Void> told = new CompletableFuture<>();

    Rendezvous rendezvous() {
      if (process == 0) {
        return new Rendezvous(new InetSocketAddress(host(0), 0), settings.secret(), this::tell);
      }
      String address = context.allGather(READY)[0];
      told.complete(null);
      if (address.isEmpty()) {
        throw new FarsightException("process 0 could not begin");
      }
      int colon = address.lastIndexOf(':');
      var at =
          new InetSocketAddress(
              address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
      return new Rendezvous(at, settings.secret(), ignored -> {});
    }

    private void tell(InetSocketAddress address) {
      String[] all = context.allGather(address.getHostString() + ":" + address.getPort());
      told.complete(null);
      for (int other = 1; other < all.length; other++) {
        if (!all[other].equals(READY)) {
          throw new FarsightException("process " + other + " could not begin");
        }
      }
    }

    /** A process that has failed before takes part all the same: the others wait for it. */
    void end() {
      if (!told.isDone()) {
        LOG.info("{}", line("process " + process + " could not come to the meeting"));
        context.allGather("");
      }
    }
  }
}
