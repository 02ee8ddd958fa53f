package dev.farsight.spark.train;

import java.lang.reflect.Method;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/**
 * An HDFS of one host, in the process of the test. Its classes come with the profile nightly alone:
 * they are large.
 */
record MiniHdfs(Object cluster) implements AutoCloseable {

  private static final String CLASS = "org.apache.hadoop.hdfs.MiniDFSCluster";

  static MiniHdfs in(Path folder) throws ReflectiveOperationException {
    var hadoop = new Configuration();
    hadoop.set("hdfs.minidfs.basedir", folder.toString());
    hadoop.setInt("dfs.replication", 1);
    Object builder =
        Class.forName(CLASS + "$Builder").getConstructor(Configuration.class).newInstance(hadoop);
    return new MiniHdfs(call(builder, "build"));
  }

  private static Object call(Object on, String name) throws ReflectiveOperationException {
    Method method = on.getClass().getMethod(name);
    return method.invoke(on);
  }

  String address() throws ReflectiveOperationException {
    return String.valueOf(call(cluster, "getURI"));
  }

  @Override
  public void close() throws ReflectiveOperationException {
    call(cluster, "shutdown");
  }
}
