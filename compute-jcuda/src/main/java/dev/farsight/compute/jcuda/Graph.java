package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import java.util.List;
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
   */
  Graph(List<Command> commands, Stream stream, long input) {
    check(
        "cuStreamBeginCapture",
        JCudaDriver.cuStreamBeginCapture(
            stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    for (Command command : commands) {
      command.enqueue(stream, input);
    }
    var graph = new CUgraph();
    check("cuStreamEndCapture", JCudaDriver.cuStreamEndCapture(stream, graph));
    check("cuGraphInstantiate", JCudaDriver.cuGraphInstantiate(executable, graph, 0L));
    JCudaDriver.cuGraphDestroy(graph);
  }

  void launch(Stream stream) {
    check("a training step", JCudaDriver.cuGraphLaunch(executable, stream));
  }

  void destroy() {
    JCudaDriver.cuGraphExecDestroy(executable);
  }
}
