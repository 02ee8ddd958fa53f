package dev.farsight.engine.remote;

import dev.farsight.api.internal.JsonFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The files that one process has of a checkpoint. */
record RemotePart(List<RemoteFile> files) {

  byte[] json() {
    return RemoteCommit.bytes(Map.of("files", files.stream().map(RemoteFile::json).toList()));
  }

  static RemotePart of(String name, byte[] json) {
    return JsonFile.parse(
        Path.of(name),
        json,
        config ->
            new RemotePart(config.getConfigList("files").stream().map(RemoteFile::of).toList()));
  }
}
