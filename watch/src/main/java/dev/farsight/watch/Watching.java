package dev.farsight.watch;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.event.RunListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What watches a run: the page and the metrics if a port is named, and files for TensorBoard if
 * {@code report.tensorboard} is set. The {@link #listener} has to be given the events of the run;
 * it takes them on a thread of its own, so nothing here can block or fail the run.
 *
 * <pre>
 * try (var watching = Watching.of(farsight, OptionalInt.of(7070), RunListener.NONE);
 *     var trainer = Trainer.open(farsight, components, watching.listener())) {
 *   trainer.train();
 * }
 * </pre>
 */
public final class Watching implements AutoCloseable {

  /** The port of {@code --watch} without one. */
  public static final int DEFAULT_PORT = 7070;

  private final RunListener listener;

  /** Null if nothing watches. */
  private final Sinks sinks;

  private final RunView view;

  /** Null if there is no page. */
  private final WatchServer server;

  private Watching(RunListener listener, Sinks sinks, RunView view, WatchServer server) {
    this.listener = listener;
    this.sinks = sinks;
    this.view = view;
    this.server = server;
  }

  /**
   * Nothing watches.
   *
   * @param own receives the events
   */
  public static Watching nothing(RunListener own) {
    return new Watching(own, null, new RunView(), null);
  }

  /**
   * Starts to watch.
   *
   * @param farsight the resolved section {@code farsight}
   * @param port of the page, on loopback; 0 for any that is free; empty for no page
   * @param own a listener that receives the events too, first and on the run's own threads
   * @throws ConfigException if the port is in use
   */
  public static Watching of(Config farsight, OptionalInt port, RunListener own) {
    var report = Settings.of("farsight", farsight).section("report");
    List<RunListener> listeners = new ArrayList<>();
    if (report.bool("tensorboard")) {
      listeners.add(new TensorBoardListener(report.integer("metrics-every", 1, Integer.MAX_VALUE)));
    }
    var view = new RunView();
    if (port.isPresent()) {
      listeners.add(view);
    }
    if (listeners.isEmpty()) {
      return nothing(own);
    }
    var sinks = new Sinks(own, listeners);
    try {
      WatchServer server =
          port.isPresent()
              ? WatchServer.start(port.getAsInt(), view, new RunMetrics(view, sinks))
              : null;
      return new Watching(sinks, sinks, view, server);
    } catch (RuntimeException e) {
      sinks.close();
      throw e;
    }
  }

  /** Takes the events of the run, and hands them on to the application's own listener. */
  public RunListener listener() {
    return listener;
  }

  /** Where the page is; empty if there is none. */
  public Optional<String> url() {
    return Optional.ofNullable(server).map(WatchServer::url);
  }

  /** Shows what is left to show, and ends the page. Takes a few seconds at most. */
  @Override
  public void close() {
    if (sinks != null) {
      sinks.close();
    }
    view.closed();
    if (server != null) {
      server.close();
    }
  }
}
