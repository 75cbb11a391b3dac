"""Giving an endpoint of SageMaker another configuration, which moto lacks.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.models import SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse

from apps.sandbox.endpoint.settle import NotAvailable
from apps.sandbox.endpoint.slow import slow_endpoint_change


def change(backend: SageMakerModelBackend, endpoint_name: str, config_name: str) -> None:
    endpoint, config = backend.endpoints.get(endpoint_name), backend.endpoint_configs.get(config_name)
    for name, found, kind in ((endpoint_name, endpoint, "endpoint"), (config_name, config, "endpoint configuration")):
        if found is None:
            raise NotAvailable("ValidationException", f'Could not find {kind} "{name}".')
    endpoint.endpoint_config_name = config_name
    endpoint.production_variants = endpoint._process_production_variants(config.production_variants)


settling_change = slow_endpoint_change(change)


def update_endpoint(response: Any) -> ActionResult:
    backend, name = response.sagemaker_backend, response._get_param("EndpointName")
    settling_change(backend, name, response._get_param("EndpointConfigName"))
    return ActionResult({"EndpointArn": backend.endpoints[name].arn})


def install() -> None:
    SageMakerResponse.update_endpoint = update_endpoint
