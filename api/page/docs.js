/* Starts Swagger UI: a file of its own, since the policy of the page allows no script inside it. */

/* global SwaggerUIBundle */
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  // Its badge would send the API's description to validator.swagger.io.
  validatorUrl: null,
});
