package dev.farsight.spark;

import dev.farsight.api.FarsightException;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.reading.pieces.PieceFactory;

/** The kinds of sources on the class path of a process, found once. */
final class TaskSources {

  private static final Components COMPONENTS =
      Plugins.load(TaskSources.class.getClassLoader()).components();

  private TaskSources() {}

  static PieceFactory get(String name) {
    if (PluginCalls.registered(COMPONENTS.sources().get(name)) instanceof PieceFactory pieces) {
      return pieces;
    }
    throw new FarsightException(
        "data.source = "
            + name
            + " is not on the class path of this executor; add its jar to --jars");
  }
}
