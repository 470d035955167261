{{/* What goes out beside DNS, as the settings need it; empty where they need nothing. */}}
{{- define "clipserve.egress" -}}
{{- if eq .Values.redis.kind "bundled" }}
- to:
    - podSelector:
        matchLabels: {{ include "clipserve.selector" (list . "redis") | nindent 10 }}
  ports:
    - port: 6379
      protocol: TCP
{{- else if and (eq .Values.redis.kind "external") .Values.redis.external.host }}
- ports:
    - port: {{ .Values.redis.external.port }}
      protocol: TCP
  {{- with .Values.networkPolicy.redisTo }}
  to: {{ toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- with include "clipserve.publicPorts" . | fromJsonArray }}
- to:
    # As the service itself has it: what is public.
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16, 198.18.0.0/15, 224.0.0.0/4, 240.0.0.0/4]
    - ipBlock:
        cidr: 2000::/3
    # NAT64, by which pods without IPv4 reach it; less the same networks.
    - ipBlock:
        cidr: 64:ff9b::/96
        except: ["64:ff9b::/104", "64:ff9b::a00:0/104", "64:ff9b::6440:0/106", "64:ff9b::7f00:0/104", "64:ff9b::a9fe:0/112", "64:ff9b::ac10:0/108", "64:ff9b::c0a8:0/112", "64:ff9b::c612:0/111", "64:ff9b::e000:0/100", "64:ff9b::f000:0/100"]
  ports:
    {{- range . }}
    - port: {{ . }}
      protocol: TCP
    {{- end }}
{{- end }}
{{- with .Values.networkPolicy.extraEgress }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/*
Ports of public servers, as JSON: 443 for the container that fetches a model, for models from a hub and for images by URL, 80 where the
latter may be unencrypted, and those that allowed hosts name. A proxy is somewhere that only networkPolicy.extraEgress can say.
*/}}
{{- define "clipserve.publicPorts" -}}
{{- $given := include "clipserve.given" . | fromJson }}
{{- $ports := list }}
{{- if eq .Values.model.source "init" }}
{{- $ports = append $ports 443 }}
{{- end }}
{{- range $name, $path := $given }}
{{- if and (regexMatch "^clipserve\\.models\\..+\\.path$" $name) (not (hasPrefix "/" (toString $path))) }}
{{- $ports = append $ports 443 }}
{{- end }}
{{- end }}
{{- if and (eq (toString (index $given "clipserve.urls.enabled")) "true") (not (index $given "clipserve.urls.proxy")) }}
{{- $ports = append $ports 443 }}
{{- if eq (toString (index $given "clipserve.urls.allowhttp")) "true" }}
{{- $ports = append $ports 80 }}
{{- end }}
{{- $hosts := index $given "clipserve.urls.allowedhosts" }}
{{- range kindIs "slice" $hosts | ternary $hosts (splitList "," (toString $hosts)) }}
{{- with regexFind ":[0-9]+$" (trim .) }}
{{- $ports = append $ports (int (trimPrefix ":" .)) }}
{{- end }}
{{- end }}
{{- end }}
{{- $ports | uniq | toJson }}
{{- end }}
