# The service as an image; docs/containers.md says how to build and run it. No step but the compilation needs a network.
#
#   docker build -t clipserve .
#
# Any base with a JDK 25 (JAVA_HOME) and a shell builds; any with glibc and libstdc++ runs.
ARG BUILD_BASE=docker.io/library/eclipse-temurin:25-jdk
ARG RUNTIME_BASE=gcr.io/distroless/cc-debian13:nonroot
# `given` takes target/clipserve-*.jar instead of compiling.
ARG JAR=compiled

FROM ${BUILD_BASE} AS compiled
WORKDIR /src
COPY .mvn .mvn
COPY mvnw pom.xml openapi.yaml ./
COPY models/mini-clip models/mini-clip
COPY src/main src/main
# release: with the bill of materials; cuda: with ONNX Runtime's GPU providers.
ARG MAVEN_PROFILES=release
# A mirror or proxy comes as a secret, and so into no layer: --secret id=maven,src=$HOME/.m2/settings.xml
RUN --mount=type=cache,target=/root/.m2/repository \
    --mount=type=secret,id=maven,target=/root/.m2/settings.xml \
    ./mvnw -B -ntp -q -P"$MAVEN_PROFILES" -Dmaven.test.skip=true package && mv target/clipserve-*.jar /app.jar

FROM scratch AS given
COPY target/clipserve-*.jar /app.jar

FROM ${JAR} AS jar

FROM ${BUILD_BASE} AS runtime
COPY --from=jar /app.jar /app.jar
# dependencies: what others release; application: ours. Without the extractor, which only builds need.
RUN "$JAVA_HOME/bin/java" -Djarmode=tools -jar /app.jar extract --layers --application-filename app.jar --destination /layers \
    && rm /layers/dependencies/lib/spring-boot-jarmode-tools-*.jar \
    && mkdir -p /opt/clipserve \
    && mv /layers/dependencies/lib /layers/application/app.jar /opt/clipserve/
COPY src/container/OneArchitecture.java /src/
RUN "$JAVA_HOME/bin/java" /src/OneArchitecture.java /opt/clipserve \
        "$("$JAVA_HOME/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *os\.arch = //p')"
# The modules that the classes reach. Libraries by reflection reach no others: the container tests would miss them.
RUN modules=$("$JAVA_HOME/bin/jdeps" --print-module-deps --ignore-missing-deps --multi-release 25 \
        --class-path '/opt/clipserve/lib/*' /opt/clipserve/app.jar) \
    && echo "modules: $modules" \
    && "$JAVA_HOME/bin/jlink" --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages \
        --compress zip-6 --generate-cds-archive --output /opt/jre \
    && rm -f /opt/jre/lib/server/classes_nocoops.jsa
COPY src/container/HealthCheck.java /src/
RUN "$JAVA_HOME/bin/javac" -d /opt/clipserve/health /src/HealthCheck.java
COPY src/container/jvm.options /opt/clipserve/
# The cache knows jars by size and time, but a builder takes a layer of an earlier build where only times differ: so they are fixed.
RUN find /opt/jre /opt/clipserve -exec touch -d 2020-01-01T00:00:00Z {} +
# A real start and real answers train the cache. The heap of the archive is G1's, which every other collector can read.
COPY src/container/Train.java /src/
COPY models/mini-clip/canary.png /src/
RUN grep -v AOTCache /opt/clipserve/jvm.options > /src/train.options \
    && "$JAVA_HOME/bin/java" /src/Train.java /src/canary.png /opt/clipserve/clipserve.aot \
        /opt/jre/bin/java @/src/train.options -XX:+UseG1GC -Xmx512m -jar /opt/clipserve/app.jar --clipserve.label-sets.folder=
RUN mkdir -p /data/var/cache/clipserve /data/var/lib/clipserve && chmod 775 /data/var/cache/clipserve /data/var/lib/clipserve

FROM ${RUNTIME_BASE}
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="ClipServe" \
      org.opencontainers.image.description="Zero-shot image classification over HTTP with CLIP models on ONNX Runtime" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# What changes least comes first.
COPY --from=runtime /opt/jre /opt/jre
COPY --from=runtime /opt/clipserve/native /opt/clipserve/native
COPY --from=runtime /opt/clipserve/lib /opt/clipserve/lib
COPY --from=runtime --chown=65532:0 /data/var/cache/clipserve /var/cache/clipserve
COPY --from=runtime --chown=65532:0 /data/var/lib/clipserve /var/lib/clipserve
COPY --from=runtime /opt/clipserve/health /opt/clipserve/health
COPY --from=runtime /opt/clipserve/jvm.options /opt/clipserve/app.jar /opt/clipserve/clipserve.aot /opt/clipserve/
# Optimized graphs below /var/cache/clipserve, label sets below /var/lib/clipserve.
ENV XDG_CACHE_HOME=/var/cache XDG_DATA_HOME=/var/lib
# A number, so that Kubernetes sees that it is not root.
USER 65532:0
WORKDIR /opt/clipserve
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["/opt/jre/bin/java", "-Xmx16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", \
         "-cp", "/opt/clipserve/health", "HealthCheck"]
ENTRYPOINT ["/opt/jre/bin/java", "@/opt/clipserve/jvm.options", "-jar", "/opt/clipserve/app.jar"]
