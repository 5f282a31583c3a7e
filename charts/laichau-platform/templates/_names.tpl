{{- define "laichau.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "laichau.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "laichau.selector" . }}
{{- end -}}

{{- define "laichau.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "laichau.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "laichau.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Takes a list: the root context and the part's name. */}}
{{- define "laichau.image" -}}
{{- $root := index . 0 -}}
{{- printf "%s/laichau-%s:%s" $root.Values.image.registry (index . 1) (default $root.Chart.AppVersion $root.Values.image.tag) -}}
{{- end -}}

{{- define "laichau.secret.postgres" -}}
{{- if .Values.dev.enabled -}}{{ include "laichau.fullname" . }}-dev{{- else -}}{{ required "postgres.existingSecret" .Values.postgres.existingSecret }}{{- end -}}
{{- end -}}

{{- define "laichau.secret.rabbitmq" -}}
{{- if .Values.dev.enabled -}}{{ include "laichau.fullname" . }}-dev{{- else -}}{{ required "rabbitmq.existingSecret" .Values.rabbitmq.existingSecret }}{{- end -}}
{{- end -}}

{{- define "laichau.secret.objectStore" -}}
{{- if .Values.dev.enabled -}}{{ include "laichau.fullname" . }}-dev{{- else -}}{{ required "objectStore.existingSecret" .Values.objectStore.existingSecret }}{{- end -}}
{{- end -}}

{{- define "laichau.secret.bootstrap" -}}
{{- if .Values.dev.enabled -}}{{ include "laichau.fullname" . }}-dev{{- else -}}{{ .Values.identity.bootstrap.existingSecret }}{{- end -}}
{{- end -}}

{{- define "laichau.secret.identity" -}}
{{- default (printf "%s-identity" (include "laichau.fullname" .)) .Values.identity.existingSecret -}}
{{- end -}}

{{- define "laichau.objectStore.endpoint" -}}
{{- if .Values.dev.enabled -}}http://{{ include "laichau.fullname" . }}-dev-objectstore:9000{{- else -}}{{ .Values.objectStore.endpoint }}{{- end -}}
{{- end -}}

{{- define "laichau.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1654
runAsGroup: 1654
fsGroup: 1654
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "laichau.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Environment of a part. Takes a list: the root context and the part's name. */}}
{{- define "laichau.env" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- $name := include "laichau.fullname" $root -}}
- name: ASPNETCORE_HTTP_PORTS
  value: "8080"
- name: ASPNETCORE_FORWARDEDHEADERS_ENABLED
  value: "true"
- name: DOTNET_gcServer
  value: "0"
- name: Logging__Console__FormatterName
  value: json
- name: Auth__Issuer
  value: {{ $root.Values.publicUrl | quote }}
- name: Auth__KeysAddress
  value: http://{{ $name }}-points:8080/.well-known/jwks
{{- if has $part (list "points" "console") }}
- name: DataProtection__KeysFolder
  value: /cookies
{{- end }}
{{- if $root.Values.observability.otlpEndpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ $root.Values.observability.otlpEndpoint | quote }}
{{- end }}
{{- if has $part (list "catalog" "bulletins" "points" "telemetry") }}
- name: ConnectionStrings__{{ title $part }}
  valueFrom:
    secretKeyRef:
      name: {{ include "laichau.secret.postgres" $root }}
      key: {{ $part }}
- name: ConnectionStrings__RabbitMq
  valueFrom:
    secretKeyRef:
      name: {{ include "laichau.secret.rabbitmq" $root }}
      key: uri
{{- end }}
{{- if has $part (list "catalog" "bulletins" "gateway") }}
- name: ObjectStore__Endpoint
  value: {{ include "laichau.objectStore.endpoint" $root | quote }}
- name: ObjectStore__Region
  value: {{ $root.Values.objectStore.region | quote }}
- name: ObjectStore__Content
  value: {{ $root.Values.objectStore.contentBucket | quote }}
- name: ObjectStore__Media
  value: {{ $root.Values.objectStore.mediaBucket | quote }}
- name: ObjectStore__AccessKey
  valueFrom:
    secretKeyRef:
      name: {{ include "laichau.secret.objectStore" $root }}
      key: accessKey
- name: ObjectStore__SecretKey
  valueFrom:
    secretKeyRef:
      name: {{ include "laichau.secret.objectStore" $root }}
      key: secretKey
{{- end }}
{{- if eq $part "catalog" }}
- name: Catalog__Keys__Folder
  value: /keys
- name: Catalog__Keys__CreateIfMissing
  value: {{ ternary "false" "true" (ne $root.Values.catalogKeys.existingSecret "") | quote }}
{{- if $root.Values.catalogKeys.ceremonyConfigMap }}
- name: Catalog__Keys__Ceremony
  value: /ceremony
{{- end }}
{{- end }}
{{- if eq $part "points" }}
- name: Identity__Issuer
  value: {{ $root.Values.publicUrl | quote }}
{{- if hasPrefix "http://" $root.Values.publicUrl }}
- name: Identity__AllowHttp
  value: "true"
{{- end }}
- name: Identity__SigningKeyFile
  value: /identity/signing.pem
- name: Identity__EncryptionKeyFile
  value: /identity/encryption.pem
- name: Identity__SecondFactor
  value: {{ $root.Values.identity.secondFactor }}
- name: Identity__ConsoleRedirectUris__0
  value: {{ $root.Values.publicUrl | trimSuffix "/" }}/console/signin-oidc
{{- with include "laichau.secret.bootstrap" $root }}
- name: Identity__Bootstrap__UserName
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: userName
      optional: true
- name: Identity__Bootstrap__Password
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: password
      optional: true
{{- end }}
{{- end }}
{{- if eq $part "telemetry" }}
- name: Telemetry__OnlineMinutes
  value: {{ $root.Values.telemetry.onlineMinutes | quote }}
{{- end }}
{{- if eq $part "gateway" }}
- name: Gateway__OpsPort
  value: "8081"
- name: Gateway__Cache__Folder
  value: /cache
- name: Gateway__Cache__MaxBytes
  value: {{ mul $root.Values.contentCache.gatewayMegabytes 1048576 | quote }}
{{- range $i, $proxy := $root.Values.trustedProxies }}
- name: Gateway__TrustedProxies__{{ $i }}
  value: {{ $proxy | quote }}
{{- end }}
- name: Gateway__Services__Catalog
  value: http://{{ $name }}-catalog:8080
- name: Gateway__Services__Bulletins
  value: http://{{ $name }}-bulletins:8080
- name: Gateway__Services__Points
  value: http://{{ $name }}-points:8080
- name: Gateway__Services__Telemetry
  value: http://{{ $name }}-telemetry:8080
- name: Gateway__Services__Console
  value: http://{{ $name }}-console:8080
{{- end }}
{{- if eq $part "console" }}
- name: Console__Api
  value: http://{{ $name }}-gateway:8080
- name: Console__Authority
  value: {{ $root.Values.publicUrl | quote }}
- name: Console__MetadataAddress
  value: http://{{ $name }}-points:8080/.well-known/openid-configuration
{{- end }}
{{- end -}}

{{/* Volume mounts of a part. Takes a list: the root context and the part's name. */}}
{{- define "laichau.mounts" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
- name: scratch
  mountPath: /tmp
{{- if eq $part "catalog" }}
- name: keys
  mountPath: /keys
{{- if $root.Values.catalogKeys.ceremonyConfigMap }}
- name: ceremony
  mountPath: /ceremony
  readOnly: true
{{- end }}
{{- end }}
{{- if eq $part "gateway" }}
- name: cache
  mountPath: /cache
{{- end }}
{{- if eq $part "points" }}
- name: identity
  mountPath: /identity
  readOnly: true
{{- end }}
{{- if has $part (list "points" "console") }}
- name: cookies
  mountPath: /cookies
  readOnly: true
{{- end }}
{{- end -}}

{{- define "laichau.volumes" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
- name: scratch
  emptyDir:
    sizeLimit: {{ ternary $root.Values.scratch.size "1Gi" (eq $part "catalog") }}
{{- if eq $part "catalog" }}
- name: keys
  {{- if $root.Values.catalogKeys.existingSecret }}
  secret:
    secretName: {{ $root.Values.catalogKeys.existingSecret }}
    defaultMode: 0440
  {{- else }}
  persistentVolumeClaim:
    claimName: {{ include "laichau.fullname" $root }}-catalog-keys
  {{- end }}
{{- if $root.Values.catalogKeys.ceremonyConfigMap }}
- name: ceremony
  configMap:
    name: {{ $root.Values.catalogKeys.ceremonyConfigMap }}
{{- end }}
{{- end }}
{{- if eq $part "gateway" }}
# Its bound is the gateway's own; the pod goes only if that fails.
- name: cache
  emptyDir:
    sizeLimit: {{ add $root.Values.contentCache.gatewayMegabytes 512 }}Mi
{{- end }}
{{- if eq $part "points" }}
- name: identity
  secret:
    secretName: {{ include "laichau.secret.identity" $root }}
    defaultMode: 0440
{{- end }}
{{- if has $part (list "points" "console") }}
- name: cookies
  secret:
    secretName: {{ include "laichau.fullname" $root }}-cookies
    defaultMode: 0440
{{- end }}
{{- end -}}

{{/* A container that migrates one part's database. It needs the connection string and nothing that the chart itself creates. */}}
{{- define "laichau.migration" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
name: {{ $part }}
image: {{ include "laichau.image" (list $root $part) }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
args: ["--migrate"]
env:
  - name: ConnectionStrings__{{ title $part }}
    valueFrom:
      secretKeyRef:
        name: {{ $root.Values.postgres.ownerSecret | default (include "laichau.secret.postgres" $root) }}
        key: {{ $part }}
  {{- with $root.Values.postgres.role }}
  - name: Database__Role
    value: {{ . | quote }}
  {{- end }}
  - name: Auth__Issuer
    value: {{ $root.Values.publicUrl | quote }}
  {{- if eq $part "points" }}
  - name: Identity__Issuer
    value: {{ $root.Values.publicUrl | quote }}
  - name: Identity__AllowHttp
    value: "true"
  - name: Identity__SigningKeyFile
    value: /tmp/signing.pem
  - name: Identity__EncryptionKeyFile
    value: /tmp/encryption.pem
  - name: Identity__CreateKeyIfMissing
    value: "true"
  {{- end }}
  {{- if has $part (list "catalog" "bulletins") }}
  - name: ObjectStore__Folder
    value: /tmp/objects
  {{- end }}
  {{- if eq $part "catalog" }}
  - name: Catalog__Keys__Folder
    value: /tmp/keys
  - name: Catalog__Keys__CreateIfMissing
    value: "true"
  {{- end }}
securityContext:
  {{- include "laichau.containerSecurity" $root | nindent 2 }}
resources:
  {{- toYaml (index $root.Values.parts $part).resources | nindent 2 }}
volumeMounts:
  - name: scratch
    mountPath: /tmp
{{- end -}}
