package dev.farsight.engine;

import dev.farsight.api.collective.CollectiveContext.Rendezvous;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.process.ProcessPlace;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Trains a run in several processes, which are threads here and share nothing but sockets. */
final class ProcessThreads {

  /** How a process ended: one of both is null. */
  record End(Report report, Throwable failure) {}

  private ProcessThreads() {}

  static List<End> train(int processes, IntFunction<TestRun> runs) throws InterruptedException {
    return train(processes, runs, process -> RunListener.NONE);
  }

  /**
   * @param runs by process
   * @param listeners by process
   * @return by process
   */
  static List<End> train(
      int processes, IntFunction<TestRun> runs, IntFunction<RunListener> listeners)
      throws InterruptedException {
    var meetingPoint = new CompletableFuture<InetSocketAddress>();
    var pool = Executors.newCachedThreadPool();
    try {
      List<Future<Report>> reports = new ArrayList<>();
      for (int number = 0; number < processes; number++) {
        int process = number;
        TestRun run = runs.apply(process).set("sharding.processes=" + processes);
        reports.add(
            pool.submit(
                () -> {
                  InetSocketAddress at =
                      process == 0
                          ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
                          : meetingPoint.get();
                  var meeting = new Rendezvous(at, "secret", meetingPoint::complete);
                  var place = ProcessPlace.of(process, meeting);
                  try (Trainer trainer = run.open(process, place, listeners.apply(process))) {
                    return trainer.train();
                  }
                }));
      }
      List<End> ends = new ArrayList<>();
      for (Future<Report> report : reports) {
        ends.add(end(report));
      }
      return ends;
    } finally {
      pool.shutdownNow();
    }
  }

  private static End end(Future<Report> report) throws InterruptedException {
    try {
      return new End(report.get(), null);
    } catch (ExecutionException e) {
      return new End(null, e.getCause());
    }
  }
}
