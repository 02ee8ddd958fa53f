package dev.farsight.engine.remote;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one process's part of each checkpoint to the store: what the checkpoint before has not
 * brought. A file that grows is there in pieces, each at least twice as long as the next one: a
 * checkpoint writes what is new, on average a few times, and lists few pieces.
 *
 * <p>Used by one thread at a time.
 */
final class PartUpload {

  private static final Logger LOG = LoggerFactory.getLogger(PartUpload.class);

  private final Store store;
  private final String folder;

  /** What the last checkpoint has, by the path of the file. */
  private final Map<String, List<RemoteFile>> there = new HashMap<>();

  /**
   * @param folder of this process and attempt
   */
  PartUpload(Store store, String folder) {
    this.store = store;
    this.folder = folder;
  }

  /** The name of the list of the files of a part. */
  static String listName(String folder, long step) {
    return String.format(Locale.ROOT, "%s/part-%012d.json", folder, step);
  }

  /** Files that an earlier attempt has brought, and that need not be brought again. */
  void know(RemotePart part) {
    for (RemoteFile file : part.files()) {
      there.computeIfAbsent(file.path(), path -> new ArrayList<>()).add(file);
    }
  }

  void upload(long step, List<LocalFile> files) throws IOException {
    long start = System.nanoTime();
    long bytes = 0;
    var all = new ArrayList<RemoteFile>();
    Set<String> paths = new HashSet<>();
    for (LocalFile file : files) {
      List<RemoteFile> pieces = there.computeIfAbsent(file.path(), path -> new ArrayList<>());
      bytes += bring(file, pieces);
      all.addAll(pieces);
      paths.add(file.path());
    }
    // What no checkpoint has any more may be deleted.
    there.keySet().retainAll(paths);
    store.write(listName(folder, step), new RemotePart(all).json());
    LOG.info(
        "checkpoint of step {}: {} bytes to {} in {} ms",
        step,
        bytes,
        store.address(),
        (System.nanoTime() - start) / 1_000_000);
  }

  /** Brings what is missing; returns its bytes. */
  private long bring(LocalFile file, List<RemoteFile> pieces) throws IOException {
    if (!file.grows() && !pieces.isEmpty()) {
      return 0;
    }
    long end = pieces.isEmpty() ? 0 : pieces.get(pieces.size() - 1).end();
    if (end > file.bytes()) {
      pieces.clear();
      end = 0;
    }
    if (file.grows() && end == file.bytes()) {
      return 0;
    }
    long start = end;
    while (!pieces.isEmpty()
        && pieces.get(pieces.size() - 1).bytes() < 2 * (file.bytes() - start)) {
      start = pieces.remove(pieces.size() - 1).start();
    }
    String piece = file.grows() ? String.format(Locale.ROOT, "-%d-%d", start, file.bytes()) : "";
    // Without folders: an emptied one would stay on some file systems.
    String name = folder + "/" + file.path().replace('/', '-') + piece;
    pieces.add(store.write(name, file.file(), file.path(), start, file.bytes() - start));
    return file.bytes() - start;
  }
}
