package dev.farsight.engine.remote;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The checkpoints in the store. A checkpoint's name has the attempt that took it and the step.
 * Those of a later attempt are newer than all of an earlier one, whatever their steps.
 */
record Commits(Store store) {

  private static final String FOLDER = "checkpoints/commits";

  static String name(Attempt attempt, long step) {
    return String.format(Locale.ROOT, "%s/%012d.json", attempt.name(), step);
  }

  static String attempt(String name) {
    return name.substring(0, name.indexOf('/'));
  }

  static long step(String name) {
    return Long.parseLong(name.substring(name.indexOf('/') + 1, name.indexOf('.')));
  }

  /** Whether it was not written to its end: then it never was a checkpoint. */
  boolean isUnfinished(String name) {
    try {
      return RemoteCommit.isUnfinished(store.read(FOLDER + "/" + name));
    } catch (IOException e) {
      return false; // it may have been a checkpoint
    }
  }

  /** The names of all, damaged ones too. */
  List<String> newestFirst() throws IOException {
    return store.names(FOLDER).stream()
        .filter(name -> name.matches("\\d{8}-[0-9a-f]{8}/\\d{12,}\\.json"))
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  /**
   * @throws dev.farsight.api.FarsightException if it is damaged
   */
  RemoteCommit read(String name) throws IOException {
    return RemoteCommit.of(address(name), store.read(FOLDER + "/" + name));
  }

  /** For messages. */
  String address(String name) {
    return store.address() + "/" + FOLDER + "/" + name;
  }

  /** The files of a process. */
  RemotePart part(RemoteCommit commit, int process) throws IOException {
    RemoteFile list = commit.parts().get(process);
    return RemotePart.of(list.name(), store.read(list));
  }

  void write(String name, RemoteCommit commit) throws IOException {
    store.write(FOLDER + "/" + name, commit.sealed());
  }

  void delete(String name) throws IOException {
    store.delete(FOLDER + "/" + name);
  }
}
