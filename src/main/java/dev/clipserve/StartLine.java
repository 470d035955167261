package dev.clipserve;

import dev.clipserve.zeroshot.Models;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationListener;

/** Says in the log, when all is up, where the service is: the banner, at a time when there is something to say. */
final class StartLine implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger log = LoggerFactory.getLogger(StartLine.class);

    private final Models models;
    private final boolean playground;
    private final ServerProperties server;
    private final ObjectProvider<BuildProperties> build;

    StartLine(
            Models models,
            ClipServeProperties properties,
            ServerProperties server,
            ObjectProvider<BuildProperties> build) {
        this.models = models;
        this.playground = properties.playground().enabled();
        this.server = server;
        this.build = build;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        if (event.getApplicationContext() instanceof ServletWebServerApplicationContext web) {
            WebServer listening = web.getWebServer();
            if (listening != null) {
                log.info("{}", text(url(listening.getPort())));
            }
        }
    }

    private String text(String url) {
        BuildProperties known = build.getIfAvailable();
        return "ClipServe" + (known == null ? "" : " " + known.getVersion()) + " with "
                + String.join(", ", models.names()) + " listens at " + url
                + (playground ? "; to try it, open that in a browser, or " : "; its operations are at ") + url
                + "/docs";
    }

    private String url(int port) {
        String scheme = Ssl.isEnabled(server.getSsl()) ? "https" : "http";
        String path = server.getServlet().getContextPath();
        return scheme + "://" + host(server.getAddress()) + ":" + port + (path == null ? "" : path);
    }

    /** What a browser on this machine calls an address; all addresses have the name that every machine has. */
    static String host(@Nullable InetAddress address) {
        if (address == null || address.isAnyLocalAddress() || address.isLoopbackAddress()) {
            return "localhost";
        }
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }
}
