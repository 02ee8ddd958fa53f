package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import java.util.List;
import jcuda.driver.CUevent;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/** Commands captured for one input, so that all of them cost one launch. */
final class Graph {

  private final CUgraphExec executable = new CUgraphExec();

  /**
   * Captures. The commands must have run once before, so that everything is loaded.
   *
   * @param stream an idle one of the calling thread's
   * @param events happen before the first command and after each; or none
   */
  Graph(List<Command> commands, Stream stream, long input, CUevent... events) {
    check(
        "cuStreamBeginCapture",
        JCudaDriver.cuStreamBeginCapture(
            stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    for (int c = 0; c < commands.size(); c++) {
      record(events, c, stream);
      commands.get(c).enqueue(stream, input);
    }
    record(events, commands.size(), stream);
    var graph = new CUgraph();
    check("cuStreamEndCapture", JCudaDriver.cuStreamEndCapture(stream, graph));
    check("cuGraphInstantiate", JCudaDriver.cuGraphInstantiate(executable, graph, 0L));
    JCudaDriver.cuGraphDestroy(graph);
  }

  private static void record(CUevent[] events, int at, Stream stream) {
    if (events.length > 0) {
      Gpu.recordInGraph(events[at], stream);
    }
  }

  void launch(Stream stream) {
    check("a training step", JCudaDriver.cuGraphLaunch(executable, stream));
  }

  void destroy() {
    JCudaDriver.cuGraphExecDestroy(executable);
  }
}
