// In place of the file of this name that ships with Swagger UI: shows this service's contract, and asks nobody else.
const here = new URL('../..', document.currentScript.src).href;

// Requests go where the page came from, whatever server the contract names.
const ThisServer = {
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (original) => (contract) => original({ ...contract, servers: [{ url: here.replace(/\/$/, '') }] }),
      },
    },
  },
};

// Swagger UI fills in each parameter that has an example or a default, but next to a JSON body no fields may stand in the query.
function withoutQueryBesideJson(request) {
  if (request.headers?.['Content-Type'] === 'application/json') {
    request.url = request.url.replace(/\?.*/, '');
  }
  return request;
}

SwaggerUIBundle({
  url: `${here}openapi.yaml`,
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  requestInterceptor: withoutQueryBesideJson,
  plugins: [ThisServer],
});
