{{/*
Puts the settings of a tree into .out, by their dotted names as Spring compares them: without case, hyphens and underscores.
*/}}
{{- define "clipserve.flatten" -}}
{{- range $key, $value := .tree }}
{{- $name := printf "%s.%s" $.prefix $key | trimPrefix "." }}
{{- if kindIs "map" $value }}
{{- include "clipserve.flatten" (dict "tree" $value "prefix" $name "out" $.out) }}
{{- else }}
{{- $_ := set $.out ($name | lower | replace "-" "" | replace "_" "") $value }}
{{- end }}
{{- end }}
{{- end }}

{{/* The operator's settings: comparable name → value, as JSON. */}}
{{- define "clipserve.given" -}}
{{- $out := dict }}
{{- include "clipserve.flatten" (dict "tree" .Values.config "prefix" "" "out" $out) }}
{{- toJson $out }}
{{- end }}

{{/* Whether the operator's settings have names that begin with the second of (list $ "prefix"). */}}
{{- define "clipserve.givenBelow" -}}
{{- range $name, $_ := include "clipserve.given" (first .) | fromJson }}
{{- if hasPrefix (last $) $name }}true{{ end }}
{{- end }}
{{- end }}

{{/* The folder of the model's bundle, where it is not the one in the image. */}}
{{- define "clipserve.modelPath" -}}
{{- list "/models" .Values.model.folder | compact | join "/" }}
{{- end }}

{{/* What the chart sets in application.yaml: its own settings last, so that none of the operator's is in their place. */}}
{{- define "clipserve.settings" -}}
{{- $given := include "clipserve.given" . | fromJson }}
{{- $model := dict "graph-cache" "/var/cache/clipserve/graphs" "engine-cache" "/var/cache/clipserve/engines" }}
{{- if and (ne .Values.model.source "embedded") (not (include "clipserve.givenBelow" (list . "clipserve.models."))) }}
{{- $_ := set $model "path" (include "clipserve.modelPath" .) }}
{{- end }}
{{- if .Values.gpu.enabled }}
{{- $_ := set $model "provider" .Values.gpu.provider }}
{{- $_ := set $model "devices" (untilStep 0 (int .Values.gpu.count) 1) }}
{{- end }}
{{- $sets := dict "store" "folder" "folder" "/var/lib/clipserve/label-sets" }}
{{- $spring := dict "lifecycle" (dict "timeout-per-shutdown-phase" (printf "%ds" (int .Values.shutdown.drainSeconds))) }}
{{- if ne .Values.redis.kind "none" }}
{{- $sets = dict "store" "redis" "redis" (dict "prefix" .Values.redis.prefix) }}
{{- with include "clipserve.redisConnection" . | fromYaml }}
{{- $_ := set $spring "data" (dict "redis" .) }}
{{- end }}
{{- end }}
{{- if .Values.labelSets.declared }}
{{- $_ := set $sets "declared" "/etc/clipserve-label-sets" }}
{{- end }}
{{- $clipserve := dict "model" $model "label-sets" $sets }}
{{- if include "clipserve.keysSecret" . }}
{{- $_ := set $clipserve "access" (dict "keys-file" "/etc/clipserve-keys/keys.txt") }}
{{- end }}
{{- $own := dict "server" (dict "port" (int .Values.containerPort)) "spring" $spring "clipserve" $clipserve }}
{{- if .Values.management.port }}
{{- $_ := set $own "management" (dict "server" (dict "port" (int .Values.management.port))) }}
{{- end }}
{{- /* Behind a proxy callers are known by the address that it saw. */}}
{{- if and (or .Values.ingress.enabled .Values.httpRoute.enabled) (not (hasKey $given "server.forwardheadersstrategy")) }}
{{- $_ := set $own.server "forward-headers-strategy" "native" }}
{{- end }}
{{- mustMergeOverwrite (.Values.config | default dict | deepCopy) $own | toYaml }}
{{- end }}

{{- define "clipserve.redisConnection" -}}
{{- if eq .Values.redis.kind "bundled" }}
host: {{ include "clipserve.fullname" . }}-redis
port: 6379
{{- else if .Values.redis.external.host }}
host: {{ .Values.redis.external.host }}
port: {{ int .Values.redis.external.port }}
database: {{ int .Values.redis.external.database }}
{{- with .Values.redis.external.username }}
username: {{ . | quote }}
{{- end }}
{{- if .Values.redis.external.tls }}
ssl:
  enabled: true
{{- end }}
{{- end }}
{{- end }}
