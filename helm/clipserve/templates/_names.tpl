{{- define "clipserve.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/*
46 characters: names with an ending of ours fit into 63, and Kubernetes does not cut the Deployment's name in those of its pods, by
which the autoscaler's queries know them.
*/}}
{{- define "clipserve.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 46 | trimSuffix "-" }}
{{- else }}
{{- $name := include "clipserve.name" . }}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) }}
{{- $full | trunc 46 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* What selects the objects of one component; takes (list $ "component"). */}}
{{- define "clipserve.selector" -}}
{{- $root := first . -}}
app.kubernetes.io/name: {{ include "clipserve.name" $root | quote }}
app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
app.kubernetes.io/component: {{ last . }}
{{- end }}

{{- define "clipserve.labels" -}}
{{- $root := first . -}}
{{ include "clipserve.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "clipserve.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- .Values.serviceAccount.name | default (include "clipserve.fullname" .) }}
{{- else }}
{{- .Values.serviceAccount.name | default "default" }}
{{- end }}
{{- end }}

{{- define "clipserve.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- $suffix := .Values.gpu.enabled | ternary .Values.gpu.imageSuffix "" }}
{{- printf "%s:%s%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) $suffix }}
{{- end }}
{{- end }}

{{- define "clipserve.keysSecret" -}}
{{- if .Values.keys.existingSecret.name }}
{{- .Values.keys.existingSecret.name }}
{{- else if .Values.keys.list }}
{{- include "clipserve.fullname" . }}-keys
{{- end }}
{{- end }}

{{- define "clipserve.redisSecret" -}}
{{- if .Values.redis.existingSecret.name }}
{{- .Values.redis.existingSecret.name }}
{{- else if eq .Values.redis.kind "bundled" }}
{{- include "clipserve.fullname" . }}-redis
{{- end }}
{{- end }}

{{- define "clipserve.modelClaim" -}}
{{- .Values.model.claim.name | default (printf "%s-model" (include "clipserve.fullname" .)) }}
{{- end }}

{{/* The port with health and metrics, by its name. */}}
{{- define "clipserve.managementPort" -}}
{{- gt (int .Values.management.port) 0 | ternary "management" "http" }}
{{- end }}
