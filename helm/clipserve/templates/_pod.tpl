{{/* Environment, mounts and volumes of the service's pod. */}}
{{- define "clipserve.env" -}}
- name: SPRING_CONFIG_ADDITIONAL_LOCATION
  value: file:/etc/clipserve/
{{- with .Values.javaOptions }}
- name: JAVA_TOOL_OPTIONS
  value: {{ . | quote }}
{{- end }}
{{- if and (ne .Values.redis.kind "none") (include "clipserve.redisSecret" .) }}
- name: SPRING_DATA_REDIS_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "clipserve.redisSecret" . }}
      key: {{ .Values.redis.existingSecret.key }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "clipserve.mounts" -}}
- name: config
  mountPath: /etc/clipserve
  readOnly: true
- name: tmp
  mountPath: /tmp
- name: cache
  mountPath: /var/cache/clipserve
- name: data
  mountPath: /var/lib/clipserve
{{- if include "clipserve.keysSecret" . }}
# The whole folder: a single file (subPath) would not follow the Secret when it changes.
- name: keys
  mountPath: /etc/clipserve-keys
  readOnly: true
{{- end }}
{{- if .Values.labelSets.declared }}
- name: label-sets
  mountPath: /etc/clipserve-label-sets
  readOnly: true
{{- end }}
{{- if ne .Values.model.source "embedded" }}
- name: model
  mountPath: /models
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "clipserve.volumes" -}}
- name: config
  configMap:
    name: {{ include "clipserve.fullname" . }}
- name: tmp
  emptyDir:
    sizeLimit: {{ .Values.volumes.tmpSize }}
- name: cache
  emptyDir:
    sizeLimit: {{ .Values.volumes.cacheSize }}
- name: data
  emptyDir:
    sizeLimit: {{ .Values.volumes.dataSize }}
{{- with include "clipserve.keysSecret" . }}
- name: keys
  secret:
    secretName: {{ . }}
    defaultMode: 0440
    items:
      - key: {{ $.Values.keys.existingSecret.key }}
        path: keys.txt
{{- end }}
{{- if .Values.labelSets.declared }}
- name: label-sets
  configMap:
    name: {{ include "clipserve.fullname" . }}-label-sets
{{- end }}
{{- with .Values.model }}
{{- if eq .source "image" }}
- name: model
  image:
    reference: {{ .image.reference | quote }}
    pullPolicy: {{ .image.pullPolicy }}
{{- else if or (eq .source "claim") (and (eq .source "init") (or .claim.name .claim.create)) }}
- name: model
  persistentVolumeClaim:
    claimName: {{ include "clipserve.modelClaim" $ }}
    {{- if eq .source "claim" }}
    readOnly: true
    {{- end }}
{{- else if eq .source "init" }}
- name: model
  emptyDir:
    sizeLimit: {{ .init.sizeLimit }}
{{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "clipserve.initContainers" -}}
{{- with .Values.extraInitContainers }}
{{ toYaml . }}
{{- end }}
{{- if eq .Values.model.source "init" }}
{{- with .Values.model.init }}
- name: model
  image: {{ .image | quote }}
  imagePullPolicy: {{ .pullPolicy }}
  {{- with .command }}
  command: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with .args }}
  args: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- if or .env .tokenSecret.name }}
  env:
    {{- if .tokenSecret.name }}
    - name: HF_TOKEN
      valueFrom:
        secretKeyRef:
          name: {{ .tokenSecret.name }}
          key: {{ .tokenSecret.key }}
    {{- end }}
    {{- with .env }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
  securityContext: {{ toYaml $.Values.securityContext | nindent 4 }}
  resources: {{ toYaml .resources | nindent 4 }}
  volumeMounts:
    - name: model
      mountPath: /models
    - name: tmp
      mountPath: /tmp
{{- end }}
{{- end }}
{{- end }}

{{- define "clipserve.probe" -}}
httpGet:
  path: /actuator/health/{{ last . }}
  port: {{ include "clipserve.managementPort" (first .) }}
periodSeconds: {{ (first .).Values.probes.periodSeconds }}
timeoutSeconds: {{ (first .).Values.probes.timeoutSeconds }}
{{- end }}

{{- define "clipserve.topologySpread" -}}
{{- $nodes := dict "topology.kubernetes.io/zone" .Values.topologySpread.zone "kubernetes.io/hostname" .Values.topologySpread.hostname }}
{{- range $key, $when := $nodes }}
{{- if $when }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: {{ $when }}
  labelSelector:
    matchLabels: {{ include "clipserve.selector" (list $ "service") | nindent 6 }}
  # Old pods, which go away anyway, do not count in a rollout.
  matchLabelKeys:
    - pod-template-hash
{{- end }}
{{- end }}
{{- end }}

{{/* What the container may use, GPUs included, which are requested by their limit. */}}
{{- define "clipserve.resources" -}}
{{- $resources := .Values.resources | default dict | deepCopy }}
{{- if .Values.gpu.enabled }}
{{- $resources = mustMergeOverwrite $resources (dict "limits" (dict .Values.gpu.resource (int .Values.gpu.count))) }}
{{- end }}
{{- toYaml $resources }}
{{- end }}
