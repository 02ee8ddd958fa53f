package dev.farsight.compute.jcuda;

import java.util.List;
import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;

/** A {@link Graph} with an event before its first command and after each. */
final class TimedGraph {

  private final List<Command> commands;
  private final CUevent[] events;
  private final Graph graph;
  private long launched = -1;

  TimedGraph(List<Command> commands, Stream stream, long input) {
    this.commands = commands;
    events = new CUevent[commands.size() + 1];
    for (int i = 0; i < events.length; i++) {
      events[i] = Gpu.timedEvent();
    }
    graph = new Graph(commands, stream, input, events);
  }

  void launch(Stream lane, long step) {
    graph.launch(lane);
    launched = step;
  }

  /** Hands the times of the latest launch on, once; waits for it. */
  void collect(Timeline timeline) {
    if (launched >= 0) {
      for (int c = 0; c < commands.size(); c++) {
        timeline.device(commands.get(c), launched, events[c], events[c + 1]);
      }
      launched = -1;
    }
  }

  void destroy() {
    graph.destroy();
    for (CUevent event : events) {
      JCudaDriver.cuEventDestroy(event);
    }
  }
}
