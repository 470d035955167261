{{/* What the schema cannot say: which values do not go together. Each refusal names the value, and what to do. */}}
{{- define "clipserve.checks" -}}
{{- include "clipserve.checkSettings" . }}
{{- include "clipserve.checkModel" . }}
{{- include "clipserve.checkScaling" . }}
{{- include "clipserve.checkRest" . }}
{{- end }}

{{/* Settings that the chart makes from other values: comparable name → that value. */}}
{{- define "clipserve.ownSettings" -}}
server.port: containerPort
management.server.port: management.port
spring.lifecycle.timeoutpershutdownphase: shutdown.drainSeconds
clipserve.access.keysfile: keys.existingSecret
clipserve.access.keys: keys.list
clipserve.labelsets.store: redis.kind
clipserve.labelsets.folder: volumes.dataSize
clipserve.labelsets.declared: labelSets.declared
clipserve.labelsets.redis.prefix: redis.prefix
clipserve.model.path: model.source
clipserve.model.graphcache: volumes.cacheSize
clipserve.model.enginecache: volumes.cacheSize
{{- if .Values.gpu.enabled }}
clipserve.model.provider: gpu.provider
clipserve.model.devices: gpu.count
{{- end }}
{{- if or (eq .Values.redis.kind "bundled") .Values.redis.external.host }}
spring.data.redis.host: redis.external.host
spring.data.redis.port: redis.external.port
spring.data.redis.url: redis.external.host
spring.data.redis.database: redis.external.database
spring.data.redis.username: redis.external.username
spring.data.redis.ssl.enabled: redis.external.tls
{{- end }}
{{- end }}

{{- define "clipserve.checkSettings" -}}
{{- $given := include "clipserve.given" . | fromJson }}
{{- range $setting, $value := include "clipserve.ownSettings" . | fromYaml }}
{{- if hasKey $given $setting }}
{{- fail (printf "config: %s is set by the value %s; leave it out of config" $setting $value) }}
{{- end }}
{{- end }}
{{- range $setting, $_ := $given }}
{{- if or (has $setting (list "server.servlet.contextpath" "management.server.basepath" "management.endpoints.web.basepath")) (regexMatch "^(management\\.)?server\\.ssl\\." $setting) }}
{{- fail (printf "config: %s would lead the probes astray; leave it out, and let the Ingress or HTTPRoute do what it does" $setting) }}
{{- end }}
{{- if has $setting (list "server.address" "management.server.address") }}
{{- fail (printf "config: %s would keep the pod from being reached; leave it out, and let networkPolicy say who may reach it" $setting) }}
{{- end }}
{{- end }}
{{- if eq (int .Values.management.port) (int .Values.containerPort) }}
{{- fail (printf "management.port: %d is containerPort; take another one, or 0 to have both on the same" (int .Values.management.port)) }}
{{- end }}
{{- end }}

{{- define "clipserve.checkModel" -}}
{{- $model := .Values.model }}
{{- if and (eq $model.source "claim") (not (or $model.claim.name $model.claim.create)) }}
{{- fail "model.claim.name: with model.source=claim, name a PersistentVolumeClaim, or set model.claim.create" }}
{{- end }}
{{- if and (eq $model.source "init") (not $model.init.image) }}
{{- fail "model.init.image: with model.source=init, name an image that puts the bundle below /models" }}
{{- end }}
{{- if and (eq $model.source "image") (not $model.image.reference) }}
{{- fail "model.image.reference: with model.source=image, name an image whose files are the bundle" }}
{{- end }}
{{- if and $model.claim.create $model.claim.name }}
{{- fail "model.claim.create: model.claim.name is a claim that exists; set one of the two" }}
{{- end }}
{{- if and $model.claim.create (has $model.source (list "embedded" "image")) }}
{{- fail (printf "model.claim.create: with model.source=%s no claim is used; use claim or init" $model.source) }}
{{- end }}
{{- if and (eq $model.source "init") (or $model.claim.create $model.claim.name) (not (without $model.claim.accessModes "ReadOnlyMany")) }}
{{- fail "model.claim.accessModes: with model.source=init the container writes into the claim, which ReadOnlyMany does not allow; allow ReadWriteMany, or fill it otherwise and take model.source=claim" }}
{{- end }}
{{- if and $model.claim.create (not (or (has "ReadWriteMany" $model.claim.accessModes) (and (eq $model.source "claim") (has "ReadOnlyMany" $model.claim.accessModes)))) }}
{{- if or (ne .Values.strategy.type "Recreate") (ne .Values.autoscaling.kind "none") (gt (int .Values.replicas) 1) }}
{{- fail (printf "model.claim.accessModes: a new pod on another node would wait for ever for the claim of the old one, with %s; allow ReadWriteMany, or have one replica and strategy.type=Recreate" (join ", " $model.claim.accessModes)) }}
{{- end }}
{{- end }}
{{- if and (eq $model.source "image") (semverCompare "<1.33.0-0" .Capabilities.KubeVersion.Version) }}
{{- fail (printf "model.source: image volumes need Kubernetes 1.33 or newer, and this is %s; use claim or init" .Capabilities.KubeVersion.Version) }}
{{- end }}
{{- end }}

{{- define "clipserve.checkScaling" -}}
{{- $scaling := .Values.autoscaling }}
{{- if ne $scaling.kind "none" }}
{{- if not (or $scaling.cpu.enabled $scaling.busyWorkers.enabled) }}
{{- fail (printf "autoscaling.cpu.enabled: autoscaling.kind=%s needs something that says how many replicas are enough, which queueWait alone does not; set this, or autoscaling.busyWorkers.enabled" $scaling.kind) }}
{{- end }}
{{- if and $scaling.busyWorkers.enabled (not $scaling.busyWorkers.workers) (or (not .Values.gpu.enabled) (include "clipserve.givenBelow" (list . "clipserve.models."))) }}
{{- fail "autoscaling.busyWorkers.workers: say how many image encoders a pod runs at the same time; the chart knows it only for one model on GPUs" }}
{{- end }}
{{- if gt (int $scaling.minReplicas) (int $scaling.maxReplicas) }}
{{- fail (printf "autoscaling.minReplicas: %d is more than autoscaling.maxReplicas, %d" (int $scaling.minReplicas) (int $scaling.maxReplicas)) }}
{{- end }}
{{- /* Kubernetes takes a limit as the request where that is not given. */}}
{{- $resources := .Values.resources | default dict }}
{{- if and $scaling.cpu.enabled (not (or (dig "requests" "cpu" "" $resources) (dig "limits" "cpu" "" $resources))) }}
{{- fail "resources.requests.cpu: autoscaling.cpu is a percentage of it; set it, or autoscaling.cpu.enabled=false" }}
{{- end }}
{{- end }}
{{- if and (eq $scaling.kind "keda") (or $scaling.queueWait.enabled $scaling.busyWorkers.enabled) (not $scaling.prometheus.serverAddress) }}
{{- fail "autoscaling.prometheus.serverAddress: with autoscaling.kind=keda, give the address of Prometheus" }}
{{- end }}
{{- end }}

{{- define "clipserve.checkRest" -}}
{{- $given := include "clipserve.given" . | fromJson }}
{{- $keys := .Values.keys }}
{{- if and $keys.list $keys.existingSecret.name }}
{{- fail "keys.list: keys.existingSecret.name is set too, and only one file of keys is read; set one of the two" }}
{{- end }}
{{- $names := dict }}
{{- range $keys.list }}
{{- if hasKey $names .name }}
{{- fail (printf "keys.list: two keys are called %s; give each a name of its own" .name) }}
{{- end }}
{{- $_ := set $names .name true }}
{{- end }}
{{- range $value, $labels := dict "commonLabels" .Values.commonLabels "podLabels" .Values.podLabels }}
{{- range $label, $_ := $labels }}
{{- if regexMatch "^(app\\.kubernetes\\.io/(name|instance|component|version|managed-by)|helm\\.sh/chart)$" $label }}
{{- fail (printf "%s: %s is set by the chart, and pods are found by such labels; leave it out" $value $label) }}
{{- end }}
{{- end }}
{{- end }}
{{- $monitor := .Values.monitoring.serviceMonitor }}
{{- if and $monitor.enabled (include "clipserve.keysSecret" .) (not $monitor.keySecret.name) }}
{{- fail "monitoring.serviceMonitor.keySecret.name: where there are API keys, metrics need one of the scope metrics; name a Secret that has it" }}
{{- end }}
{{- if and (eq .Values.redis.kind "external") (not .Values.redis.external.host) (not (include "clipserve.givenBelow" (list . "spring.data.redis."))) }}
{{- fail "redis.external.host: with redis.kind=external, name the host, or set spring.data.redis in config" }}
{{- end }}
{{- if and (eq .Values.redis.kind "external") (not .Values.redis.external.host) .Values.networkPolicy.enabled (not .Values.networkPolicy.extraEgress) }}
{{- fail "networkPolicy.extraEgress: config says where Redis is, and the NetworkPolicy would let nothing reach it; open its ports here" }}
{{- end }}
{{- if and .Values.networkPolicy.enabled (not .Values.networkPolicy.extraEgress) }}
{{- range list "management.opentelemetry.tracing.export.otlp.endpoint" (eq (toString (index $given "clipserve.urls.enabled")) "true" | ternary "clipserve.urls.proxy" "") }}
{{- if index $given . }}
{{- fail (printf "networkPolicy.extraEgress: config sets %s, and the NetworkPolicy would let nothing reach it; open its port here" .) }}
{{- end }}
{{- end }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) }}
{{- fail "ingress.hosts: an Ingress needs at least one host" }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute.parentRefs: an HTTPRoute needs at least one gateway" }}
{{- end }}
{{- if and .Values.gpu.enabled (hasKey (dig "limits" dict (.Values.resources | default dict)) .Values.gpu.resource) }}
{{- fail (printf "resources.limits: %s is set by the value gpu.count; leave it out of resources" .Values.gpu.resource) }}
{{- end }}
{{- end }}
