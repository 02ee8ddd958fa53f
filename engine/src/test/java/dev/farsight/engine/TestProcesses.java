package dev.farsight.engine;

import com.typesafe.config.Config;
import dev.farsight.api.collective.CollectiveContext.Rendezvous;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.process.ProcessPlace;
import dev.farsight.engine.remote.RemoteFiles;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Several processes of a run. They are threads here, which share nothing but the sockets between
 * them.
 */
final class TestProcesses {

  private final Path directory;
  private final int count;

  /** Null if all have one folder. */
  private RemoteFiles store;

  /**
   * @param directory of the run
   */
  TestProcesses(Path directory, int count) {
    this.directory = directory;
    this.count = count;
  }

  /** Each has a folder of its own, to which no other one looks. They share a store. */
  TestProcesses store(RemoteFiles files) {
    store = files;
    return this;
  }

  /** Trains; returns the reports by process. */
  List<Report> train(TestRun run) throws Exception {
    return run(run, false);
  }

  /** Resumes. */
  List<Report> resume(TestRun run) throws Exception {
    return run(run, true);
  }

  private List<Report> run(TestRun run, boolean resume) throws Exception {
    Config config = run.set("sharding.processes=" + count).config();
    var meetingPoint = new CompletableFuture<InetSocketAddress>();
    var pool = Executors.newCachedThreadPool();
    try {
      List<Future<Report>> reports = new ArrayList<>();
      for (int number = 0; number < count; number++) {
        int process = number;
        Callable<Report> work =
            () -> {
              try (Trainer trainer = open(config, process, meetingPoint, resume)) {
                return trainer.train();
              }
            };
        reports.add(pool.submit(work));
      }
      List<Report> results = new ArrayList<>();
      for (Future<Report> report : reports) {
        results.add(report.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  private Trainer open(
      Config config, int process, CompletableFuture<InetSocketAddress> meetingPoint, boolean resume)
      throws Exception {
    InetSocketAddress at =
        process == 0
            ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
            : meetingPoint.get();
    var place = ProcessPlace.of(process, new Rendezvous(at, "secret", meetingPoint::complete));
    Path own =
        process == 0 || count == 1
            ? directory
            : directory.resolve("processes").resolve("" + process);
    if (store != null) {
      return Trainer.openWithStore(
          config,
          TestRun.builtIn(),
          directory.resolve("" + process),
          RunListener.NONE,
          place,
          store);
    }
    return resume
        ? Trainer.resume(config, TestRun.builtIn(), own, RunListener.NONE, place)
        : Trainer.open(config, TestRun.builtIn(), own, RunListener.NONE, place);
  }
}
